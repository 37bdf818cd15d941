/** One listener for all who wait under a signal. */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { onAbort } from '../../../src/connectors/http/on-abort.ts';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

test('calls all who wait, once, in their order, with one listener for all of them', () => {
  const stop = new AbortController();
  const called: number[] = [];
  for (const n of [1, 2, 3]) onAbort(stop.signal, () => called.push(n));

  expect(listeners(stop.signal)).toBe(1);
  stop.abort();
  stop.abort();

  expect(called).toEqual([1, 2, 3]);
});

test('does not listen any more when nobody waits, and listens again when somebody does', () => {
  const stop = new AbortController();
  const called: string[] = [];
  const ends = [onAbort(stop.signal, () => called.push('a')), onAbort(stop.signal, () => called.push('b'))];

  for (const end of ends) end();
  expect(listeners(stop.signal)).toBe(0);
  onAbort(stop.signal, () => called.push('c'));
  // An end that comes a second time is not that of another.
  for (const end of ends) end();
  stop.abort();

  expect(called).toEqual(['c']);
});

test('who leaves while others are called is not called', () => {
  const stop = new AbortController();
  const called: string[] = [];
  let endSecond = () => {};
  onAbort(stop.signal, () => {
    called.push('first');
    endSecond();
  });
  endSecond = onAbort(stop.signal, () => called.push('second'));

  stop.abort();

  expect(called).toEqual(['first']);
});

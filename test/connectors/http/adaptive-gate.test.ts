/** The gate of a connector, on a virtual clock: what it learns from answers, and what it tells. */
import { expect, test } from 'vitest';
import { createAdaptiveGate, type LimitChange } from '../../../src/connectors/http/adaptive-gate.ts';
import type { HttpAnswer } from '../../../src/connectors/http/http-client.ts';
import { CodedError } from '../../../src/core/errors.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const { signal } = new AbortController();
const answer = (status: number, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers,
  text: '',
  latencyMs: 5,
});

function open(max: number, retryAfterMsMax = 10_000) {
  const clock = new VirtualClock();
  const changes: LimitChange[] = [];
  const gate = createAdaptiveGate({ max, retryAfterMsMax, clock, onLimit: (change) => changes.push(change) });
  const get = { method: 'GET', path: '/people/7', signal };
  /** Sends as many at once, and lets all of them end in the same way when they have begun. */
  const burst = async (count: number, end: () => Promise<HttpAnswer>) => {
    const all = Array.from({ length: count }, () => gate.send(get, () => settle().then(end)));
    return Promise.allSettled(all);
  };
  return { clock, changes, gate, get, burst };
}
const fine = async () => answer(200);
const timeout = () => Promise.reject(new CodedError('SW_TIMEOUT', { message: 'no answer in time' }));

test('grows to the maximum while all is well, and tells each step', async () => {
  const { gate, changes, burst } = open(4);

  await burst(40, fine);

  expect(gate.load()).toEqual({ limit: 4, max: 4, inFlight: 0, waiting: 0, lastReducedBecause: null });
  expect(changes.map(({ from, to, because }) => [from, to, because])).toEqual([
    [2, 3, 'calm'],
    [3, 4, 'calm'],
  ]);
});

test.each([
  ['HTTP 429', 429, async () => answer(429)],
  ['HTTP 503', 503, async () => answer(503)],
  ['no answer in time', 'timeout', timeout],
] as const)('%s halves once for a whole burst, and is told', async (_name, sign, end) => {
  const { clock, gate, changes, burst } = open(8);
  await burst(100, fine);
  changes.length = 0;

  await burst(8, end);

  expect(gate.load()).toMatchObject({ limit: 4, lastReducedBecause: { sign, at: clock.now() } });
  expect(changes).toEqual([{ from: 8, to: 4, max: 8, because: sign, pauseMs: null, at: clock.now() }]);
});

test.each([
  ['HTTP 500', async () => answer(500)],
  ['HTTP 404', async () => answer(404)],
  ['a refused connection', () => Promise.reject(new CodedError('SW_UNREACHABLE', { message: 'ECONNREFUSED' }))],
] as const)('%s changes nothing, and is not taken for quick work', async (_name, end) => {
  const { gate, changes, burst } = open(8);

  await burst(50, end);

  expect(gate.load()).toMatchObject({ limit: 2, lastReducedBecause: null });
  expect(changes).toEqual([]);
});

test('a caller who gave up says nothing about the server, even if the reason is called a time-out', async () => {
  const { gate, get } = open(8);
  const stop = new AbortController();
  const work = () => {
    stop.abort(new CodedError('SW_TIMEOUT', { message: 'the probe took too long' }));
    return Promise.reject(stop.signal.reason);
  };

  await expect(gate.send({ ...get, signal: stop.signal }, work)).rejects.toBe(stop.signal.reason);

  expect(gate.load()).toMatchObject({ limit: 2, lastReducedBecause: null });
});

test('sends nothing while the server wants to be left alone, and lets who waits give up', async () => {
  const { clock, changes, gate, get } = open(8);
  const startedAt = clock.now();
  const sentAt: number[] = [];
  const stop = new AbortController();
  await gate.send(get, async () => answer(503, { 'retry-after': '7' }));

  const waiting = gate.send(get, async () => {
    sentAt.push(clock.now());
    return answer(200);
  });
  const stopped = gate.send({ ...get, signal: stop.signal }, async () => expect.unreachable());
  stop.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
  await clock.advance(6_999);
  expect(gate.load()).toMatchObject({ inFlight: 0, waiting: 1 });
  await clock.advance(1);
  await waiting;

  expect(sentAt).toEqual([startedAt + 7_000]);
  expect(changes[0]).toEqual({ from: 2, to: 1, max: 8, because: 503, pauseMs: 7_000, at: startedAt });
});

test('a pause is no longer than is granted, and begins again with the next wish', async () => {
  const { clock, changes, gate, get } = open(1, 2_000);
  const busy = () => gate.send(get, async () => answer(429, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }));

  await busy();
  const again = busy();
  await clock.advance(2_000);
  await again;

  expect(changes.map(({ pauseMs }) => pauseMs)).toEqual([2_000, 2_000]);
  expect(clock.nextDueAt).toBe(clock.now() + 2_000);
});

test('closing ends the pause and leaves no timer behind', async () => {
  const { clock, gate, get } = open(2);
  await gate.send(get, async () => answer(503, { 'retry-after': '9' }));
  const waiting = gate.send(get, () => Promise.reject(new Error('closed')));

  gate.close();

  await expect(waiting).rejects.toThrow('closed');
  expect(clock.nextDueAt).toBeNull();
});

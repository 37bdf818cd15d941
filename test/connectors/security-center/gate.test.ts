import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createGate } from '../../../src/connectors/security-center/gate.ts';

const never = new AbortController().signal;

describe('a gate', () => {
  test('lets no more than its width run at once, in the order of arrival', async () => {
    const gate = createGate(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const work = (n: number) => async () => {
      started.push(n);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all([1, 2, 3, 4, 5].map((n) => gate.run(never, work(n))));
    expect(started).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  test('listens once to a signal under which many wait, and not at all when they are through', async () => {
    const gate = createGate(1);
    const { signal } = new AbortController();
    const through = Promise.all([1, 2, 3, 4].map((n) => gate.run(signal, async () => n)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await through;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('gives the place on when work fails', async () => {
    const gate = createGate(1);
    const failed = gate.run(never, () => Promise.reject(new Error('broken')));
    await expect(failed).rejects.toThrow('broken');
    await expect(gate.run(never, async () => 'next')).resolves.toBe('next');
  });

  test('forgets one that is aborted while it waits, and starts nothing for it', async () => {
    const gate = createGate(1);
    const stop = new AbortController();
    let release = () => {};
    const first = gate.run(never, () => new Promise<void>((resolve) => (release = resolve)));
    const second = gate.run(stop.signal, async () => expect.unreachable());
    const third = gate.run(never, async () => 'third');
    stop.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    release();
    await first;
    await expect(third).resolves.toBe('third');
    await expect(gate.run(stop.signal, async () => expect.unreachable())).rejects.toThrow('stopped');
  });
});

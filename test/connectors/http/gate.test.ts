import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { createGate } from '../../../src/connectors/http/gate.ts';
import { settle } from '../../support/virtual-clock.ts';

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

  describe('of another width', () => {
    /** Work that has begun, by number, and what ends it. */
    const begun = new Map<number, () => void>();
    const hold = (n: number) => () => new Promise<number>((resolve) => begun.set(n, () => resolve(n)));
    const end = async (n: number, work: Promise<number>) => {
      begun.get(n)?.();
      await work;
    };
    afterEach(() => begun.clear());

    test('lets in who waits as soon as it is wider', async () => {
      const gate = createGate(1);
      const works = [1, 2, 3, 4].map((n) => gate.run(never, hold(n)));

      gate.resize(3);
      await settle();

      expect([...begun.keys()]).toEqual([1, 2, 3]);
      expect([gate.running, gate.waiting]).toEqual([3, 1]);
      for (const [at, work] of works.entries()) await end(at + 1, work);
    });

    test('ends nothing and lets nobody in until enough have left, when it is narrower', async () => {
      const gate = createGate(3);
      const works = [1, 2, 3, 4, 5].map((n) => gate.run(never, hold(n)));

      gate.resize(1);
      await end(1, works[0] as Promise<number>);
      await end(2, works[1] as Promise<number>);
      expect([...begun.keys()]).toEqual([1, 2, 3]);
      await end(3, works[2] as Promise<number>);

      expect([...begun.keys()]).toEqual([1, 2, 3, 4]);
      await end(4, works[3] as Promise<number>);
      await end(5, works[4] as Promise<number>);
      expect([gate.running, gate.waiting]).toEqual([0, 0]);
    });

    test('of none lets nobody in, and forgets who is aborted', async () => {
      const gate = createGate(2);
      const stop = new AbortController();
      gate.resize(0);
      const stopped = gate.run(stop.signal, async () => expect.unreachable());
      const waiting = gate.run(never, async () => 'later');

      stop.abort(new Error('stopped'));

      await expect(stopped).rejects.toThrow('stopped');
      expect(gate.waiting).toBe(1);
      gate.resize(1);
      await expect(waiting).resolves.toBe('later');
    });
  });

  test('lets who goes ahead pass those who do not, each kind in the order of arrival', async () => {
    const gate = createGate(1);
    const order: string[] = [];
    const note = (name: string) => async () => void order.push(name);

    await Promise.all([
      gate.run(never, note('first')),
      gate.run(never, note('second')),
      gate.run(never, note('login'), true),
      gate.run(never, note('third')),
      gate.run(never, note('probe'), true),
    ]);

    expect(order).toEqual(['first', 'login', 'probe', 'second', 'third']);
  });
});

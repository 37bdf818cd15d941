import { describe, expect, test } from 'vitest';
import { bothAtOnce, chunks, forEachBounded } from '../../src/sync/bounded-concurrency.ts';

describe('forEachBounded', () => {
  test('keeps the bound and the order', async () => {
    let flying = 0;
    let most = 0;
    const results = await forEachBounded([1, 2, 3, 4, 5], 2, async (item) => {
      flying += 1;
      most = Math.max(most, flying);
      await Promise.resolve();
      flying -= 1;
      return item * 10;
    });
    expect(results).toEqual([10, 20, 30, 40, 50]);
    expect(most).toBe(2);
  });

  test('starts nothing after a failure, and throws it when everything in flight has settled', async () => {
    const log: string[] = [];
    let finishSlow = () => {};
    const slow = new Promise<void>((done) => {
      finishSlow = done;
    });
    const all = forEachBounded(['slow', 'bad', 'never'], 2, async (item) => {
      log.push(`start ${item}`);
      if (item === 'bad') throw new Error('bad');
      await slow;
      log.push(`end ${item}`);
    }).catch((error: Error) => log.push(`thrown ${error.message}`));
    await Promise.resolve();
    finishSlow();
    await all;
    expect(log).toEqual(['start slow', 'start bad', 'end slow', 'thrown bad']);
  });
});

describe('bothAtOnce', () => {
  const { signal } = new AbortController();
  const untilAborted = (own: AbortSignal) =>
    new Promise<never>((_, reject) => {
      own.addEventListener('abort', () => reject(new Error('aborted')));
    });

  test('begins the second before the first has ended, and answers both', async () => {
    const log: string[] = [];
    const first = async () => {
      log.push('first begins');
      await Promise.resolve();
      log.push('first ends');
      return 1;
    };
    const both = await bothAtOnce(signal, first, async (_, one) => {
      log.push('second begins');
      return (await one) + 1;
    });
    expect(both).toEqual([1, 2]);
    expect(log).toEqual(['first begins', 'second begins', 'first ends']);
  });

  test('stops the other one after a failure, waits for its end, and throws the failure', async () => {
    const bad = async () => {
      throw new Error('bad');
    };
    await expect(bothAtOnce(signal, untilAborted, bad)).rejects.toThrow('bad');
    await expect(bothAtOnce(signal, bad, untilAborted)).rejects.toThrow('bad');
  });

  test('stops both when the caller gives up', async () => {
    const gone = new AbortController();
    const both = bothAtOnce(gone.signal, untilAborted, untilAborted);
    gone.abort();
    await expect(both).rejects.toThrow('aborted');
  });
});

test('chunks keeps every item', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
});

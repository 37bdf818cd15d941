import { describe, expect, test } from 'vitest';
import { GroupCommit } from '../../src/store/group-commit.ts';
import { Encoder } from '../../src/store/journal/encoder.ts';
import type { LogEntry } from '../../src/store/store.ts';
import { entriesOf } from './fixtures.ts';

/** A commit whose flushes end one by one, on command. */
function held(pendingBytesMax: number) {
  const batches: number[][] = [];
  /** Number of each batch whose fdatasync has begun. */
  const handedOver: number[] = [];
  const ends: (() => void)[] = [];
  const commit = new GroupCommit({
    lastSeq: 0,
    pendingBytesMax,
    encoder: new Encoder({ records: [], segmentBytes: 0, segmentBytesMax: 1_000_000 }),
    flush: async ({ entries }) => {
      batches.push(entries.map(({ entry }) => entry.seq));
      await null; // a write of the system's cache answers so
      handedOver.push(batches.length);
      await new Promise<void>((resolve) => ends.push(resolve));
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { commit, batches, handedOver, turn, endFlush: () => ends.shift()?.() };
}

describe('group commit', () => {
  test('gathers no more than its limit for one flush, and keeps the order of what waits', async () => {
    const { commit, batches, turn, endFlush } = held(750);
    const appends = entriesOf(1, 30).map((entry) => commit.append([entry]));
    let acknowledged = 0;
    for (const append of appends) void append.then(() => acknowledged++);

    for (let flush = 0; flush < 30 && acknowledged < 30; flush++) {
      await turn();
      expect(batches.flat()).toHaveLength(batches.flat().at(-1) as number);
      endFlush();
      await turn();
    }

    expect(acknowledged).toBe(30);
    expect(batches.flat()).toEqual(entriesOf(1, 30).map(({ seq }) => seq));
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(6); // entries of 150 bytes and more
    expect(batches.length).toBeGreaterThanOrEqual(5);
  });

  test('answers a flush when the next one has begun, so that the device does not wait for those who go on', async () => {
    const { commit, handedOver, turn, endFlush } = held(10_000);
    const [first, second, third] = entriesOf(1, 3);
    const begunWhenAnswered: number[] = [];
    const append = async (entry: LogEntry | undefined) => {
      await commit.append(entry === undefined ? [] : [entry]);
      begunWhenAnswered.push(handedOver.length);
    };
    const appends = [append(first)];
    await turn();
    appends.push(append(second));
    endFlush();
    await turn();
    appends.push(append(third));
    endFlush();
    await turn();
    endFlush();
    await Promise.all(appends);

    expect(begunWhenAnswered).toEqual([2, 3, 3]); // the last one has nothing to wait for
  });

  test('never splits one append, however large', async () => {
    const { commit, batches, turn, endFlush } = held(500);
    const append = commit.append(entriesOf(1, 50));
    await turn();
    endFlush();
    await append;

    expect(batches).toEqual([entriesOf(1, 50).map(({ seq }) => seq)]);
  });

  test('refuses what waits and what is being flushed when it is told to fail, and ignores the late flush', async () => {
    const { commit, batches, turn, endFlush } = held(100);
    const appends = entriesOf(1, 5).map((entry) => commit.append([entry]));
    await turn();

    commit.fail(new Error('the lock was lost'));
    const outcomes = await Promise.allSettled(appends);
    endFlush();
    await turn();

    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(batches).toHaveLength(1);
    await expect(commit.append(entriesOf(6, 6))).rejects.toThrow('the lock was lost');
  });
});

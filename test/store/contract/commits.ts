/** What an append promises, alone and among others, and what becomes of it when a flush fails. */
import { expect, test } from 'vitest';
import type { LogEntry } from '../../../src/store/store.ts';
import { entriesOf, entryOf } from '../fixtures.ts';
import type { HarnessMaker } from './harness.ts';

const settled = async (promise: Promise<unknown>) => {
  let isSettled = false;
  const mark = () => {
    isSettled = true;
  };
  promise.then(mark, mark);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
};

export function describeCommits(makeHarness: HarnessMaker): void {
  test('does not acknowledge before the flush', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    const release = harness.holdFlushes();

    const append = store.append([entryOf(1)]);

    expect(await settled(append)).toBe(false);
    expect(await store.history({ limit: 1 })).toEqual([]);
    release();
    await append;
    expect(await store.history({ limit: 1 })).toHaveLength(1);
  });

  test('concurrent appends share flushes', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    const before = harness.flushes();

    await Promise.all(entriesOf(1, 200).map((entry) => store.append([entry])));

    expect(harness.flushes() - before).toBeLessThanOrEqual(2);
  });

  test('appends that come during a flush share the next one', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    const before = harness.flushes();
    const release = harness.holdFlushes();
    const first = store.append([entryOf(1)]);
    await settled(first);

    const later = entriesOf(2, 100).map((entry) => store.append([entry]));
    release();
    await Promise.all([first, ...later]);

    expect(harness.flushes() - before).toBe(2);
  });

  test('refuses an entry that leaves a gap or repeats, and goes on', async () => {
    const store = await makeHarness().open();
    await store.append([entryOf(1)]);

    await expect(store.append([entryOf(3)])).rejects.toThrow('entry 3 was appended where 2 must follow');
    await expect(store.append([entryOf(1)])).rejects.toThrow('entry 1 was appended where 2 must follow');
    await expect(store.append([entryOf(2), entryOf(2)])).rejects.toThrow('Invariant');

    await store.append([entryOf(2)]);
  });

  test('promises nothing more after a failed flush, until it is opened again', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    await store.append(entriesOf(1, 3));
    harness.failFlushes();

    const failed = [store.append([entryOf(4)]), store.append([entryOf(5)])];

    for (const append of failed) await expect(append).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    await expect(store.append([entryOf(6)])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    await expect(store.checkpoint()).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    harness.crash();
    const reopened = await harness.open();
    expect(reopened.recovered.lastSeq).toBe(3);
    await reopened.append([entryOf(4)]);
  });

  test('gives the lock up when it is closed after a failure', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    harness.failFlushes();
    await store.append([entryOf(1)]).catch(() => {});

    await store.close();

    expect((await harness.open()).recovered.epoch).toBe(2);
  });

  test('close flushes what was accepted and accepts nothing more', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    const appends = entriesOf(1, 20).map((entry) => store.append([entry]));

    await store.close();

    await Promise.all(appends);
    await expect(store.append([entryOf(21)])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    await store.close();
    expect((await harness.open()).recovered.lastSeq).toBe(20);
  });

  test('what is no JSON stops the store instead of leaving a hole', async () => {
    const store = await makeHarness().open();
    // A sender that breaks the type: this is what the store must survive.
    const broken = { ...entryOf(1), record: { count: 1n } } as unknown as LogEntry;

    await expect(store.append([broken])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    await expect(store.append([entryOf(2)])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
  });
}

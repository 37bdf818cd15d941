/** What an opening finds: the newest records, when the last entry was made, and nothing that was not acknowledged. */
import { expect, test } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { entriesOf, entryOf, foldOf, noon, pastOf } from '../fixtures.ts';
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

export function describeRecovery(makeHarness: HarnessMaker): void {
  test('is empty at first', async () => {
    const store = await makeHarness().open();

    expect(store.recovered).toMatchObject({ lastSeq: 0, lastAt: 0, tornBytes: 0, epoch: 1 });
    expect(store.recovered.salvaged).toBeUndefined();
    expect([...store.recovered.records]).toEqual([]);
    expect(await store.history({ limit: 10 })).toEqual([]);
  });

  test('gives entries back in the order of their sequence numbers', async () => {
    const store = await makeHarness().open();

    await Promise.all(entriesOf(1, 50).map((entry) => store.append([entry])));

    expect(await store.history({ limit: 100 })).toEqual(pastOf(entriesOf(1, 50)));
  });

  test('recovers the newest record of each instance', async () => {
    const harness = makeHarness();
    const first = await harness.open();
    await first.append(entriesOf(1, 20));
    await first.close();

    const second = await harness.open();

    expect(second.recovered.records).toEqual(foldOf(entriesOf(1, 20)));
    expect(second.recovered.lastSeq).toBe(20);
  });

  test('forgets an instance whose record is null', async () => {
    const harness = makeHarness();
    const first = await harness.open();
    await first.append([entryOf(1, 'kept'), entryOf(2, 'gone'), { ...entryOf(3, 'gone'), record: null }]);
    await first.close();

    const { recovered } = await harness.open();

    expect([...recovered.records.keys()]).toEqual(['kept']);
    expect(recovered.lastSeq).toBe(3);
  });

  test.each(['the log', 'the checkpoint'])('keeps keys and texts of every kind in %s', async (place) => {
    const harness = makeHarness();
    const first = await harness.open();
    const keys = ['', '__proto__', '7', 'a"b\\c', 'line\nfeed', '\u0000', 'Zürich \u2028 ✓ 🚪'];
    const entries = keys.map((key, index) => ({ ...entryOf(index + 1, key), record: { [key]: key } }));
    await first.append(entries);
    if (place === 'the checkpoint') await first.checkpoint();
    await first.close();

    const second = await harness.open();

    expect([...second.recovered.records].sort()).toEqual(keys.map((key) => [key, { [key]: key }]).sort());
    expect(await second.history({ limit: 100 })).toEqual(pastOf(entries));
    for (const entry of pastOf(entries)) expect(await second.history({ key: entry.key, limit: 2 })).toEqual([entry]);
  });

  test('recovers when the last entry was made, from the log and from the checkpoint', async () => {
    const harness = makeHarness();
    const first = await harness.open();
    await first.append([entryOf(1), { ...entryOf(2), at: noon + 77, record: null }]); // a record that does not say when
    await first.close();
    const second = await harness.open();
    expect(second.recovered.lastAt).toBe(noon + 77);
    await second.append([entryOf(3)]);
    await second.checkpoint();
    await second.close();

    expect((await harness.open()).recovered.lastAt).toBe(noon + 3);
  });

  test('a member that is undefined is one that is absent', async () => {
    const harness = makeHarness();
    const first = await harness.open();
    const records = [
      { a: 1, b: { c: 1 } },
      { a: undefined, b: { c: undefined } },
      { a: 2, b: { c: undefined } },
    ];
    // An optional member of an InstanceRecord may hold undefined, which `Json` does not name.
    await first.append(
      records.map((record, index) => ({ ...entryOf(index + 1, 'door'), record: record as unknown as Json })),
    );
    await first.close();

    const second = await harness.open();

    expect(second.recovered.records.get('door')).toEqual({ a: 2, b: {} });
    expect((await second.history({ limit: 9 })).map(({ record }) => record)).toEqual([
      records[0],
      { b: {} },
      { a: 2, b: {} },
    ]);
  });

  test('reopening after a crash gives exactly the acknowledged entries', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    await store.append(entriesOf(1, 10));
    harness.holdFlushes();
    const lost = store.append(entriesOf(11, 12));
    lost.catch(() => {}); // a crash answers nobody, and may refuse
    await settled(lost);

    harness.crash();
    const { recovered } = await harness.open();

    expect(recovered.lastSeq).toBe(10);
    expect(recovered.records).toEqual(foldOf(entriesOf(1, 10)));
  });

  test('goes on after a reopening where it ended', async () => {
    const harness = makeHarness();
    for (const round of [0, 1, 2]) {
      const store = await harness.open();
      expect(store.recovered.lastSeq).toBe(round * 5);
      await store.append(entriesOf(round * 5 + 1, round * 5 + 5));
      if (round === 1) await store.checkpoint();
      await store.close();
    }

    const store = await harness.open();

    expect(await store.history({ limit: 100 })).toEqual(pastOf(entriesOf(1, 15)));
  });

  test('the epoch grows by one with each opening, after a close and after a crash', async () => {
    const harness = makeHarness();
    const epochs: number[] = [];
    for (const end of ['close', 'crash', 'close', 'crash'] as const) {
      const store = await harness.open();
      epochs.push(store.recovered.epoch);
      if (end === 'close') await store.close();
      else harness.crash();
    }

    expect(epochs).toEqual([1, 2, 3, 4]);
  });

  test('a second opening is refused while the first one lives', async () => {
    const harness = makeHarness();
    const first = await harness.open();

    await expect(harness.open()).rejects.toMatchObject({ code: 'SW_DATA_LOCKED' });

    await first.append([entryOf(1)]);
    await first.close();
    expect((await harness.open()).recovered.epoch).toBe(2);
  });

  test('a checkpoint may be written while others append', async () => {
    const harness = makeHarness();
    const store = await harness.open();
    const work: Promise<void>[] = [];
    for (let seq = 1; seq <= 60; seq++) {
      work.push(store.append([entryOf(seq)]));
      if (seq % 10 === 0) work.push(store.checkpoint());
      if (seq % 7 === 0) await work.at(-1);
    }
    await Promise.all(work);
    await store.close();

    const { recovered } = await harness.open();

    expect(recovered.records).toEqual(foldOf(entriesOf(1, 60)));
  });
}

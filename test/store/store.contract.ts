/** What every store must hold, whatever it is made of. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { HistoryQuery, LogEntry, Store } from '../../src/store/store.ts';
import { entriesOf, entryOf, foldOf, noon, pastOf } from './fixtures.ts';

export interface StoreHarness {
  /** Opens the store, or opens it again. */
  open(): Promise<Store>;
  /** Ends the process that owns the store; what was not acknowledged is lost. */
  crash(): void;
  /** Flushes wait until the answered function is called. */
  holdFlushes(): () => void;
  /** Every flush fails from now on, until the next crash. */
  failFlushes(): void;
  /** Flushes so far. */
  flushes(): number;
}

const settled = async (promise: Promise<unknown>) => {
  let isSettled = false;
  const mark = () => {
    isSettled = true;
  };
  promise.then(mark, mark);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
};

/** Questions to a store of thirty entries: every kind of bound, in both directions. */
function* everyQuery(): Generator<HistoryQuery> {
  for (const newestFirst of [false, true])
    for (const key of [undefined, 'door-0', 'door-2', 'nobody'])
      for (const limit of [0, 1, 4, 100])
        for (const afterSeq of [undefined, 0, 1, 11, 12, 19, 20, 24, 29, 30, 99])
          for (const beforeSeq of [undefined, 0, 1, 2, 13, 14, 20, 21, 28, 30, 31, 99])
            yield {
              limit,
              newestFirst,
              ...(key !== undefined && { key }),
              ...(afterSeq !== undefined && { afterSeq }),
              ...(beforeSeq !== undefined && { beforeSeq }),
            };
}

/** Runs the suite on one kind of store. Each test gets a harness with an empty store. */
export function describeStore(name: string, makeHarness: () => StoreHarness): void {
  describe(`${name} as a store`, () => {
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

    test('tells of every entry what the record was before it', async () => {
      const harness = makeHarness();
      const entries: LogEntry[] = [
        entryOf(1, 'door'),
        entryOf(2, 'gate'),
        entryOf(3, 'door'),
        { ...entryOf(4, 'door'), record: null },
        entryOf(5, 'door'), // the name again, of an instance that builds on nothing
        { ...entryOf(6, 'gate'), record: ['not', 'an object'] },
        { ...entryOf(7, 'gate'), record: { after: { a: { list: null } } } },
        { ...entryOf(8, 'gate'), record: {} },
        { ...entryOf(9, 'gate'), record: {}, at: noon }, // nothing changed but the time
      ];
      const first = await harness.open();
      for (const entry of entries.slice(0, 6)) await first.append([entry]);
      expect(await first.history({ limit: 100 })).toEqual(pastOf(entries.slice(0, 6)));
      await first.close();
      const second = await harness.open();
      for (const entry of entries.slice(6)) await second.append([entry]);

      expect(await second.history({ limit: 100 })).toEqual(pastOf(entries));
      expect(await second.history({ limit: 100, newestFirst: true })).toEqual([...pastOf(entries)].reverse());
      await second.close();

      expect((await harness.open()).recovered.records).toEqual(foldOf(entries));
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

    test('history filters by position and instance, oldest first, up to a limit', async () => {
      const store = await makeHarness().open();
      const entries = entriesOf(1, 30);
      await store.append(entries);
      const seqs = async (query: Parameters<Store['history']>[0]) => (await store.history(query)).map(({ seq }) => seq);

      expect(await seqs({ limit: 3 })).toEqual([1, 2, 3]);
      expect(await seqs({ afterSeq: 27, limit: 100 })).toEqual([28, 29, 30]);
      expect(await seqs({ afterSeq: 10, key: 'door-0', limit: 3 })).toEqual([12, 15, 18]);
      expect(await seqs({ key: 'nobody', limit: 3 })).toEqual([]);
      expect(await seqs({ afterSeq: 30, limit: 3 })).toEqual([]);
      expect(await seqs({ afterSeq: 99, limit: 3 })).toEqual([]);
      expect(await seqs({ limit: 0 })).toEqual([]);
    });

    test('history answers any question as a filter over all entries would', async () => {
      const harness = makeHarness();
      const all = pastOf(entriesOf(1, 30));
      const first = await harness.open();
      for (const entry of entriesOf(1, 12)) await first.append([entry]);
      await first.append(entriesOf(13, 20));
      await first.checkpoint();
      await first.close();
      const store = await harness.open();
      await store.append(entriesOf(21, 24));
      for (const entry of entriesOf(25, 30)) await store.append([entry]);

      for (const query of everyQuery()) {
        const { afterSeq = 0, beforeSeq = 31, key, limit, newestFirst = false } = query;
        const asked = all.filter(
          (entry) => entry.seq > afterSeq && entry.seq < beforeSeq && (key === undefined || entry.key === key),
        );
        const expected = (newestFirst ? asked.reverse() : asked).slice(0, limit);
        expect(await store.history(query), JSON.stringify(query)).toEqual(expected);
      }
    });

    test('history goes back before a reopening', async () => {
      const harness = makeHarness();
      const first = await harness.open();
      await first.append(entriesOf(1, 10));
      await first.checkpoint();
      await first.close();

      const second = await harness.open();
      await second.append([entryOf(11)]);

      expect(await second.history({ afterSeq: 4, limit: 100 })).toEqual(pastOf(entriesOf(1, 11)).slice(4));
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

    test('what is no JSON stops the store instead of leaving a hole', async () => {
      const store = await makeHarness().open();
      // A sender that breaks the type: this is what the store must survive.
      const broken = { ...entryOf(1), record: { count: 1n } } as unknown as LogEntry;

      await expect(store.append([broken])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
      await expect(store.append([entryOf(2)])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    });
  });
}

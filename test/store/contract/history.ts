/** What history answers. */
import { expect, test } from 'vitest';
import type { HistoryQuery, LogEntry, Store } from '../../../src/store/store.ts';
import { entriesOf, entryOf, foldOf, noon, pastOf } from '../fixtures.ts';
import type { HarnessMaker } from './harness.ts';

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

export function describeHistory(makeHarness: HarnessMaker): void {
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
}

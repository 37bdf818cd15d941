/** What every entity index promises of marks and numbers; called beside the contract of the rows. */
import { describe, expect, test } from 'vitest';
import type { IndexedRecord } from '../../src/sync/index/entity-index.ts';
import { entryOf, type IndexUnderTest } from './entity-index.contract.ts';

const recordOf = (key: string, n: number): IndexedRecord => ({ kind: 'person', key, n, print: null, entities: [] });

/** `open` answers an empty index. */
export function indexMarksContract(name: string, open: () => Promise<IndexUnderTest>): void {
  async function withIndex(work: (under: IndexUnderTest) => Promise<void>): Promise<void> {
    const under = await open();
    try {
      await work(under);
    } finally {
      await under.dispose();
    }
  }

  describe(`${name} keeps the contract of marks`, () => {
    test('marks that were committed survive being opened again, far ones as well', () =>
      withIndex(async ({ index, reopen }) => {
        await index.commit({ addMarks: [3, 70_000].map((n) => ({ name: 'records:person', n })) });
        await index.commit({ dropMarks: [{ name: 'records:person', n: 3 }] });

        const marks = (await reopen()).marks('records:person');

        expect([marks.has(3), marks.has(70_000), marks.count]).toEqual([false, true, 1]);
      }));

    test('a mark that is added by hand becomes durable with the next commit, whatever that is about', () =>
      withIndex(async ({ index, reopen }) => {
        index.marks('records:person').add(5);
        await index.commit({ putIntents: [{ type: 'card', key: 'c', origin: null, at: 1 }] });

        expect((await reopen()).marks('records:person').has(5)).toBe(true);
      }));

    test('marks that were cleared by hand are gone after the next commit', () =>
      withIndex(async ({ index, reopen }) => {
        await index.commit({ addMarks: [{ name: 'entries:card', n: 5 }] });
        index.marks('entries:card').clear();
        await index.commit({});

        expect((await reopen()).marks('entries:card').count).toBe(0);
      }));

    test('the marks of a row go with it, and those of others stay', () =>
      withIndex(async ({ index, reopen }) => {
        const names = ['entries:card', 'verified:card'] as const;
        await index.commit({
          putEntries: [entryOf('card', 'a', { n: 0 }), entryOf('card', 'b', { n: 1 })],
          putRecords: [recordOf('p0', 0), recordOf('p1', 1)],
          addMarks: [0, 1].flatMap((n) => [...names, 'records:person' as const].map((mark) => ({ name: mark, n }))),
        });

        await index.commit({ dropEntries: [{ type: 'card', key: 'a' }], dropRecords: [{ kind: 'person', key: 'p1' }] });

        const again = await reopen();
        const marked = (mark: Parameters<typeof again.marks>[0]) => [0, 1].filter((n) => again.marks(mark).has(n));
        expect([...names, 'rows:card' as const].map(marked)).toEqual([[1], [1], [1]]);
        expect(marked('records:person')).toEqual([0]);
        expect(await again.countEntries('card')).toBe(1);
      }));

    test('a row that is dropped and put again under its number keeps its marks', () =>
      withIndex(async ({ index }) => {
        const entry = entryOf('card', 'a', { n: 4 });
        await index.commit({ putEntries: [entry], addMarks: [{ name: 'entries:card', n: 4 }] });

        await index.commit({ dropEntries: [entry], putEntries: [{ ...entry, hash: 'other' }] });

        expect(index.marks('entries:card').has(4)).toBe(true);
        expect(await index.countEntries('card')).toBe(1);
      }));

    test('a drop of a row that is not there takes nobody else his marks', () =>
      withIndex(async ({ index }) => {
        await index.commit({ putEntries: [entryOf('card', 'a')], addMarks: [{ name: 'entries:card', n: 0 }] });

        await index.commit({ dropEntries: [{ type: 'card', key: 'none' }] });

        expect(index.marks('entries:card').has(0)).toBe(true);
      }));

    test('a number that a row has is never given again, nor after the row is gone, nor by the next process', () =>
      withIndex(async ({ index, reopen }) => {
        const given = new Set<number>();
        const give = async (under: typeof index, key: string) => {
          const n = under.nextNumber('entries', 'card');
          expect(given.has(n)).toBe(false);
          given.add(n);
          await under.commit({ putEntries: [entryOf('card', key, { n })] });
        };
        for (const key of ['a', 'b', 'c']) await give(index, key);
        await index.commit({ dropEntries: [{ type: 'card', key: 'c' }] });

        const again = await reopen();
        for (const key of ['d', 'e']) await give(again, key);

        expect(given.size).toBe(5);
      }));

    test('numbers of records and of entries, and of each type, are counted apart', () =>
      withIndex(async ({ index }) => {
        const first = [
          index.nextNumber('entries', 'card'),
          index.nextNumber('entries', 'person'),
          index.nextNumber('records', 'person'),
        ];

        expect(first).toEqual([0, 0, 0]);
      }));
  });
}

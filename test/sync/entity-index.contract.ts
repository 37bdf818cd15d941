/** What every entity index promises; an implementation's test calls this with a way to open it twice. */
import { describe, expect, test } from 'vitest';
import { type Checkpoint, emptyCheckpoint } from '../../src/sync/checkpoint.ts';
import type { EntityIndex, IndexEntry, RejectedEntity } from '../../src/sync/index/entity-index.ts';

export interface IndexUnderTest {
  readonly index: EntityIndex;
  /** Opens what the index has left behind, as a new process would; the memory index answers itself. */
  reopen(): Promise<EntityIndex>;
  dispose(): Promise<void>;
}

export function entryOf(type: string, key: string, more: Partial<IndexEntry> = {}): IndexEntry {
  return { type, key, n: 0, id: `id-${key}`, hash: 'h', origin: null, ...more };
}

const rejectedOf = (key: string): RejectedEntity => ({
  type: 'card',
  key,
  because: 'refused',
  code: 'SW_REFUSED',
  message: 'the card number is taken',
  hash: null,
  origin: { kind: 'person', key: 'p1' },
  firstAt: 1,
  lastAt: 2,
  tries: 2,
  nextTryAt: 9,
});

const checkpointOf = (step: number): Checkpoint => ({
  ...emptyCheckpoint,
  lease: { owner: 'here', fence: 3, until: 4 },
  relations: { person: { group: 'optional' } },
  epochs: { group: 2 },
  bookmarks: { person: { after: 5 } },
  run: {
    runId: 'r',
    mode: 'delta',
    mappingId: 'm',
    types: null,
    startedAt: 1,
    savedAt: 2,
    stage: 'transferring',
    verify: { type: 0, cursor: null },
    totals: { person: 3 },
    step,
    cursor: { after: ['x', 1] },
    walked: { person: 2 },
    bookmarks: { person: 7 },
    rewalk: ['person'],
    deleted: {},
    written: { created: 1, updated: 0, deleted: 0, unchanged: 0, adopted: 0, duplicatesRemoved: 0 },
    decisions: [{ what: 'a', because: 'b' }],
  },
});

export async function collect<Row>(batches: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

/** `open` answers an empty index that reads at most three rows at a time. */
export function entityIndexContract(name: string, open: () => Promise<IndexUnderTest>): void {
  async function withIndex(work: (under: IndexUnderTest) => Promise<void>): Promise<void> {
    const under = await open();
    try {
      await work(under);
    } finally {
      await under.dispose();
    }
  }

  describe(`${name} keeps the contract of an entity index`, () => {
    test('an empty index answers null for everything', () =>
      withIndex(async ({ index }) => {
        expect(await index.checkpoint()).toBeNull();
        expect(await index.lookup([{ type: 'card', key: '1' }])).toEqual([null]);
        expect(await index.lookupRecords([{ kind: 'person', key: '1' }])).toEqual([null]);
        expect(await index.lookupRejected([{ type: 'card', key: '1' }])).toEqual([null]);
        expect(await collect(index.intents())).toEqual([]);
        expect(await index.countEntries('card')).toBe(0);
      }));

    test('one commit of all parts survives being opened again', () =>
      withIndex(async ({ index, reopen }) => {
        const intent = { type: 'card', key: 'i', origin: { kind: 'person', key: 'p' }, at: 5 };
        const record = {
          kind: 'person',
          key: 'p1',
          n: 7,
          print: '0123456789abcdef',
          entities: [{ type: 'card', key: 'c', n: 0 }],
        };
        await index.commit({
          checkpoint: checkpointOf(1),
          putEntries: [entryOf('card', 'c')],
          putRecords: [record],
          putIntents: [intent],
          putRejected: [rejectedOf('r')],
        });
        const again = await reopen();
        expect(await again.checkpoint()).toEqual(checkpointOf(1));
        expect(await again.lookup([{ type: 'card', key: 'c' }])).toEqual([entryOf('card', 'c')]);
        expect(await collect(again.records('person'))).toEqual([record]);
        expect(await collect(again.intents())).toEqual([intent]);
        expect(await collect(again.rejected())).toEqual([rejectedOf('r')]);
      }));

    test('a commit drops before it puts, and what is dropped is gone', () =>
      withIndex(async ({ index }) => {
        const ref = { type: 'card', key: 'c' };
        await index.commit({ putEntries: [entryOf('card', 'c')], putRejected: [rejectedOf('c')] });
        await index.commit({
          dropEntries: [ref],
          putEntries: [entryOf('card', 'c', { hash: 'new' })],
          dropRejected: [ref],
        });
        expect(await index.lookup([ref])).toEqual([entryOf('card', 'c', { hash: 'new' })]);
        expect(await index.lookupRejected([ref])).toEqual([null]);
      }));

    test('answers lookups in the order that was asked', () =>
      withIndex(async ({ index }) => {
        await index.commit({ putEntries: [entryOf('card', 'a'), entryOf('card', 'b', { n: 1 })] });
        const found = await index.lookup([
          { type: 'card', key: 'b' },
          { type: 'card', key: 'none' },
          { type: 'card', key: 'a' },
        ]);
        expect(found.map((entry) => entry?.key ?? null)).toEqual(['b', null, 'a']);
      }));

    test('keeps types apart whose names begin alike', () =>
      withIndex(async ({ index }) => {
        const types = ['card', 'cardholder', 'card-holder', 'car'];
        await index.commit({ putEntries: types.flatMap((type) => [entryOf(type, '1'), entryOf(type, '2', { n: 1 })]) });
        for (const type of types) {
          expect((await collect(index.entries(type))).map((entry) => `${entry.type} ${entry.key}`)).toEqual([
            `${type} 1`,
            `${type} 2`,
          ]);
          expect(await index.countEntries(type)).toBe(2);
        }
      }));

    test('iterates every entry once while each batch is changed and dropped', () =>
      withIndex(async ({ index }) => {
        const keys = Array.from({ length: 20 }, (_, at) => `k${String(at).padStart(2, '0')}`);
        await index.commit({ putEntries: keys.map((key, n) => entryOf('card', key, { n })) });
        const met: string[] = [];
        for await (const batch of index.entries('card')) {
          met.push(...batch.map(({ key }) => key));
          const [first, ...others] = batch;
          await index.commit({
            dropEntries: first ? [first] : [],
            putEntries: others.map((entry) => ({ ...entry, hash: 'other' })),
          });
        }
        expect(met.sort()).toEqual(keys);
      }));

    test.each([
      ['very long', 'x'.repeat(5000)],
      ['with a null byte', 'a\u0000b'],
      ['of other scripts', 'Ünï-漢字-😀'],
      ['empty', ''],
      ['that looks like a number', '007'],
    ])('keeps a key %s', (_, key) =>
      withIndex(async ({ index, reopen }) => {
        await index.commit({ putEntries: [entryOf('card', key), entryOf('card', `${key}2`, { n: 1 })] });
        const again = await reopen();
        expect((await again.lookup([{ type: 'card', key }]))[0]?.key).toBe(key);
        expect(await again.countEntries('card')).toBe(2);
      }),
    );
  });
}

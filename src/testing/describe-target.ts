/** What every target promises; each implementation's test calls {@link describeTarget} with its own harness. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cursor, IdPage, MarkedEntity, Target, TargetEntity } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';

/** A fresh, empty target and the knowledge that the suite needs of its vocabulary. */
export interface TargetHarness {
  /** Freshly opened, and empty of entities with our marker. A page of {@link Target.list} must hold fewer than seven. */
  readonly target: Target;
  /** Two types; entities of the first can refer to entities of the second. */
  readonly types: readonly [string, string];
  /**
   * A complete entity of a type, as it would be read back: every field that {@link Target.read} answers, with `text` in a
   * field that takes any text. With `refs`, those ids of the second type as its relation; without, an empty relation.
   */
  entity(type: string, key: string, text: string, refs?: readonly string[]): TargetEntity;
  /** Closes the target, and frees what it lies in. */
  close(): Promise<void>;
}

/** Every character with a meaning in a URL, a query language, JSON, XML or a list, and some beyond ASCII. */
const reservedText = 'a,b(c)d&e=f?g#h%20i+j/k\\l;m:n\'o"p{q}r[s]t|u<v>w@x$y*z!~^` Ünï→😀';

/**
 * The suite: registers one `describe` block with vitest. `makeHarness` is called before each test, `close` of what it gave
 * after each; every harness must start empty.
 */
export function describeTarget(name: string, makeHarness: () => Promise<TargetHarness>): void {
  describe(`${name} keeps the contract of a target`, () => {
    const { signal } = new AbortController();
    let harness: TargetHarness;
    let target: Target;
    let type: string;
    let other: string;

    beforeEach(async () => {
      harness = await makeHarness();
      target = harness.target;
      [type, other] = harness.types;
    });
    afterEach(() => harness.close());

    const readOne = async (id: string, of = type) => (await target.read(of, [id], signal))[0];

    test('says that it is well, and how long the question took', async () => {
      const report = await target.probe(signal);

      expect(report.product).not.toBe('');
      expect(report.latencyMs).toBeGreaterThanOrEqual(0);
    });

    test('reads back what was created', async () => {
      const entity = harness.entity(type, '17', 'Anna');

      const id = await target.create(entity, signal);

      expect(await readOne(id)).toEqual({ ...entity, id });
    });

    test('reads back relations, sorted', async () => {
      const first = await target.create(harness.entity(other, '1', 'One'), signal);
      const second = await target.create(harness.entity(other, '2', 'Two'), signal);
      const entity = harness.entity(type, '17', 'Anna', [first, second].sort());

      const id = await target.create(entity, signal);

      expect((await readOne(id))?.refs).toEqual(entity.refs);
    });

    test('reads at least one entity at once, and leaves out what the target changes by itself', async () => {
      const { readBatch, maxConcurrency, volatileFields = [] } = target.capabilities;
      const id = await target.create(harness.entity(type, '17', 'Anna'), signal);

      const stored = await readOne(id);

      expect(readBatch).toBeGreaterThanOrEqual(1);
      expect(maxConcurrency).toBeGreaterThanOrEqual(1);
      expect(Object.keys(stored?.fields ?? {}).filter((name) => volatileFields.includes(name))).toEqual([]);
    });

    test('an update makes fields and relations equal, and may be repeated', async () => {
      const first = await target.create(harness.entity(other, '1', 'One'), signal);
      const second = await target.create(harness.entity(other, '2', 'Two'), signal);
      const id = await target.create(harness.entity(type, '17', 'Anna', [first]), signal);
      const changed = harness.entity(type, '17', 'Berta', [second]);

      await target.update(id, changed, signal);
      await target.update(id, changed, signal);

      expect(await readOne(id)).toEqual({ ...changed, id });
      expect(await target.find(type, '17', signal)).toEqual([id]);
    });

    test('an update takes relations away', async () => {
      const group = await target.create(harness.entity(other, '1', 'One'), signal);
      const id = await target.create(harness.entity(type, '17', 'Anna', [group]), signal);
      const alone = harness.entity(type, '17', 'Anna', []);

      await target.update(id, alone, signal);

      expect((await readOne(id))?.refs).toEqual(alone.refs);
    });

    test('text with every reserved character comes back as it was', async () => {
      const entity = harness.entity(type, '17', reservedText);

      const id = await target.create(entity, signal);
      const created = await readOne(id);
      await target.update(id, harness.entity(type, '17', 'plain'), signal);
      await target.update(id, entity, signal);

      expect(created?.fields).toEqual(entity.fields);
      expect((await readOne(id))?.fields).toEqual(entity.fields);
    });

    test('refuses a text that is too long, and creates nothing', async () => {
      const entity = harness.entity(type, '17', 'x'.repeat(target.capabilities.textLengthMax + 1));

      await expect(target.create(entity, signal)).rejects.toMatchObject({ code: 'SW_REFUSED' });

      expect(await target.find(type, '17', signal)).toEqual([]);
    });

    test('a text of the greatest length is kept whole', async () => {
      const entity = harness.entity(type, '17', 'x'.repeat(target.capabilities.textLengthMax));

      const id = await target.create(entity, signal);

      expect((await readOne(id))?.fields).toEqual(entity.fields);
    });

    test('finds by the whole key within the type, never by a part of it', async () => {
      const ten = await target.create(harness.entity(type, '10', 'Ten'), signal);
      await target.create(harness.entity(type, '100', 'Hundred'), signal);
      await target.create(harness.entity(other, '1', 'One of another type'), signal);

      expect(await target.find(type, '10', signal)).toEqual([ten]);
      expect(await target.find(type, '1', signal)).toEqual([]);
    });

    test('shows a duplicate key as several ids, so that it can be repaired', async () => {
      const first = await target.create(harness.entity(type, '17', 'Anna'), signal);
      const second = await target.create(harness.entity(type, '17', 'Anna'), signal);

      expect(first).not.toBe(second);
      expect([...(await target.find(type, '17', signal))].sort()).toEqual([first, second].sort());
      expect((await listAll(target, type)).entities.map(({ key }) => key)).toEqual(['17', '17']);
    });

    test('lists every marked entity of the type once, over several pages', async () => {
      const created: MarkedEntity[] = [];
      for (let index = 0; index < 7; index += 1) {
        const key = `k${index}`;
        created.push({ id: await target.create(harness.entity(type, key, `Name ${index}`), signal), key });
      }
      await target.create(harness.entity(other, 'k0', 'Other'), signal);

      const { entities, pages } = await listAll(target, type);

      const byKey = (a: MarkedEntity, b: MarkedEntity) => a.key.localeCompare(b.key);
      expect([...entities].sort(byKey)).toEqual(created.sort(byKey));
      expect(pages).toBeGreaterThan(1);
    });

    test('a list of ids leaves none out, and reading tells ours by their keys', async ({ skip }) => {
      if (target.listIds === undefined) skip('the target has none');
      for (let index = 0; index < 7; index += 1)
        await target.create(harness.entity(type, `k${index}`, `Name ${index}`), signal);

      const pages = await allPages(async (cursor) => (await target.listIds?.(type, cursor, signal)) ?? noIds);
      const ids = pages.flatMap((page) => page.ids);
      const stored = await target.read(type, ids, signal);

      const ours = stored.flatMap(({ id, key }) => (key === '' ? [] : [`${key} ${id}`]));
      const { entities } = await listAll(target, type);
      expect(ours.sort()).toEqual(entities.map(({ id, key }) => `${key} ${id}`).sort());
      expect(ours).toHaveLength(7);
    });

    test('an empty list is one empty page', async () => {
      expect(await target.list(type, null, signal)).toEqual({ entities: [], next: null });
    });

    test('reading leaves out ids that are not there', async () => {
      const kept = await target.create(harness.entity(type, '1', 'Kept'), signal);
      const gone = await target.create(harness.entity(type, '2', 'Gone'), signal);
      await target.remove(type, gone, signal);

      const stored = await target.read(type, [gone, kept], signal);

      expect(stored.map(({ id }) => id)).toEqual([kept]);
      expect(await target.read(type, [], signal)).toEqual([]);
    });

    test('removes from list, find and read; removing twice is a success', async () => {
      const id = await target.create(harness.entity(type, '17', 'Anna'), signal);

      await target.remove(type, id, signal);
      await target.remove(type, id, signal);

      expect(await target.find(type, '17', signal)).toEqual([]);
      expect(await target.read(type, [id], signal)).toEqual([]);
      expect((await listAll(target, type)).entities).toEqual([]);
    });

    test('an update of what is gone fails and creates nothing', async () => {
      const id = await target.create(harness.entity(type, '17', 'Anna'), signal);
      await target.remove(type, id, signal);

      await expect(target.update(id, harness.entity(type, '17', 'Anna'), signal)).rejects.toBeInstanceOf(CodedError);

      expect(await target.find(type, '17', signal)).toEqual([]);
    });

    test('an aborted signal stops every operation with its own reason, without effect', async () => {
      const id = await target.create(harness.entity(type, '17', 'Anna'), signal);
      const reason = new Error('the run was cancelled');
      const aborted = AbortSignal.abort(reason);

      const attempts = [
        () => target.probe(aborted),
        () => target.list(type, null, aborted),
        ...(target.listIds ? [async () => await target.listIds?.(type, null, aborted)] : []),
        () => target.read(type, [id], aborted),
        () => target.find(type, '17', aborted),
        () => target.create(harness.entity(type, '18', 'Berta'), aborted),
        () => target.update(id, harness.entity(type, '17', 'Changed'), aborted),
        () => target.remove(type, id, aborted),
      ];

      for (const attempt of attempts) await expect(attempt()).rejects.toBe(reason);
      expect((await readOne(id))?.fields).toEqual(harness.entity(type, '17', 'Anna').fields);
      expect(await target.find(type, '18', signal)).toEqual([]);
    });

    test('may be closed twice', async () => {
      await target.close();
      await target.close();
    });
  });
}

const noIds: IdPage = { ids: [], next: null };

async function listAll(target: Target, type: string): Promise<{ entities: MarkedEntity[]; pages: number }> {
  const pages = await allPages((cursor) => target.list(type, cursor, new AbortController().signal));
  return { entities: pages.flatMap(({ entities }) => entities), pages: pages.length };
}

/** Walks a list to its end; more than 50 pages are taken for a list that does not end. */
async function allPages<Page extends { readonly next: Cursor | null }>(
  list: (cursor: Cursor | null) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let cursor: Cursor | null = null;
  do {
    const page: Page = await list(cursor);
    // A cursor must survive a checkpoint: what JSON loses may not matter.
    cursor = JSON.parse(JSON.stringify(page.next)) as Cursor | null;
    pages.push(page);
  } while (cursor !== null && pages.length <= 50);
  expect(pages.length).toBeLessThanOrEqual(50);
  return pages;
}

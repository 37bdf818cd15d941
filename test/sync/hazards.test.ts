/** One test for each way in which the world is known to hurt a synchronization. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { describe, expect, test } from 'vitest';
import { openLmdbIndex } from '../../src/sync/index/lmdb-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { actualContent, coded, createWorld, expectedContent, type Operation, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

/** Throws once, at the nth operation that matches. */
function cutAt(world: World, nth: number, matches: (operation: Operation) => boolean, thrown: unknown): void {
  let met = 0;
  world.tap = (operation) => {
    if (!matches(operation)) return;
    met += 1;
    if (met === nth) throw thrown;
  };
}

const answerOf = (name: string) => (operation: Operation) => operation.name === name && operation.at === 'after';
const requestOf = (name: string) => (operation: Operation) => operation.name === name && operation.at === 'before';
const unreachable = coded('SW_UNREACHABLE');

function expectUnharmed(world: World): void {
  expect(actualContent(world)).toEqual(expectedContent(world));
  expect({ rewritten: world.equalRewrites, twice: world.createdTwice }).toEqual({ rewritten: [], twice: [] });
}

describe('an entity that somebody deletes while the run proves, and that comes back under another id', () => {
  /** Deletes it when the proof lists its type; `killed` interrupts the repair behind its first creation. */
  function deletedInTheProof(world: World, type: string, key: string, killed: boolean): void {
    let deleted = false;
    world.tap = ({ name, subject, at }) => {
      if (name === 'list' && subject === type && at === 'before' && !deleted) {
        deleted = true;
        for (const entity of world.entities(type)) if (entity.key === key) world.stored.delete(entity.id);
      }
      if (deleted && killed && name === 'create' && at === 'after') throw unreachable;
    };
  }

  test.each([
    ['a group, by others', 'group', 'g1', false],
    ['a group, by others, when the repair is interrupted', 'group', 'g1', true],
    ['a person, by the card of the same record', 'person', 'p1', false],
    ['a person, by the card of the same record, when the repair is interrupted', 'person', 'p1', true],
  ])('is referred to by its new id: %s', async (_, type, key, killed) => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    deletedInTheProof(world, type, key, killed);
    if (killed) {
      await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
      world.tap = () => {};
    }
    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded' });
    expectUnharmed(world);
  });
});

describe('interruptions', () => {
  test('adopts what was created although the answer was lost', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    cutAt(world, 5, answerOf('create'), coded('SW_TIMEOUT'));
    await expect(sync(world, index, 'full')).rejects.toMatchObject({ code: 'SW_TIMEOUT' });
    world.tap = () => {};
    const result = await sync(world, index, 'full');
    expect(result).toMatchObject({ outcome: 'succeeded', resumed: true });
    expect(result.written.adopted).toBeGreaterThan(0);
    expect(result.decisions[0]?.what).toMatch(/^adopted person p/);
    expectUnharmed(world);
  });

  test('writes nothing twice when it is killed between the writes of a page and their commit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'syncwarden-index-'));
    const world = populated(10);
    const index = openLmdbIndex({ folder });
    const killed = { ...index, commit: index.commit };
    let commits = 0;
    killed.commit = async (changes) => {
      if ((changes.putEntries?.length ?? 0) > 0) commits += 1;
      if (commits === 2) throw coded('SW_STORE_FAILED', 'a killed process');
      await index.commit(changes);
    };
    await expect(sync(world, killed, 'full')).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    await index.close();

    const again = openLmdbIndex({ folder });
    expect((await sync(world, again, 'full')).outcome).toBe('succeeded');
    expectUnharmed(world);
    expect(writes(world).filter((request) => request.startsWith('create'))).toHaveLength(22);
    await again.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('walks at most one page again', async () => {
    for (let cut = 1; cut <= 6; cut += 1) {
      const world = populated(20);
      const index = createMemoryIndex();
      cutAt(world, cut, requestOf('walk'), unreachable);
      await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
      world.tap = () => {};
      await sync(world, index, 'delta');
      const walks = world.requests.filter((request) => request.startsWith('walk '));
      const pages = 1 + 5;
      // One page for the interruption, and the request that was cut.
      expect(walks.length).toBeLessThanOrEqual(pages + 2);
      expectUnharmed(world);
    }
  });

  test('starts a kind again when the source no longer knows the cursor, and still sweeps on the whole walk', async () => {
    const world = populated(20);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.drop('person', 'p2');
    world.requests.length = 0;
    cutAt(world, 3, requestOf('walk'), unreachable);
    await sync(world, index, 'delta').catch(() => {});
    cutAt(world, 1, requestOf('walk'), coded('SW_WALK_INCOMPLETE'));
    const result = await sync(world, index, 'delta');
    expect(result).toMatchObject({ outcome: 'succeeded', resumed: true, written: { deleted: 2 } });
    expectUnharmed(world);
  });

  test('a walk that breaks off for ever ends the run, and the next run starts it from the beginning', async () => {
    const world = populated(20);
    const index = createMemoryIndex();
    world.tap = (operation) => {
      if (operation.name === 'walk' && operation.subject === 'person 8') throw coded('SW_WALK_INCOMPLETE');
    };
    await expect(sync(world, index, 'full')).rejects.toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
    world.tap = () => {};
    world.requests.length = 0;
    expect((await sync(world, index, 'full')).outcome).toBe('succeeded');
    expect(world.requests).toContain('walk person null');
    expectUnharmed(world);
  });

  test('a cancelled run stops within a request and goes on from there', async () => {
    const world = populated(20);
    const index = createMemoryIndex();
    const abort = new AbortController();
    let writesAfter = 0;
    world.tap = (operation) => {
      if (operation.name !== 'create') return;
      if (abort.signal.aborted && operation.at === 'before') writesAfter += 1;
      if (operation.subject === 'person p5') abort.abort();
    };
    await expect(sync(world, index, 'full', { signal: abort.signal })).rejects.toMatchObject({
      code: 'SW_RUN_CANCELLED',
    });
    expect(writesAfter).toBeLessThan(world.target.capabilities.maxConcurrency);
    world.tap = () => {};
    expect(await sync(world, index, 'full')).toMatchObject({ outcome: 'succeeded', resumed: true });
    expectUnharmed(world);
  });

  test.each([
    ['another mode', 'delta', {}],
    ['a checkpoint that is too old', 'full', { limits: { resumeAgeMsMax: -1 } }],
  ] as const)('does not go on from %s, and still writes nothing twice', async (_, mode, more) => {
    const world = populated(20);
    const index = createMemoryIndex();
    cutAt(world, 9, answerOf('create'), unreachable);
    await sync(world, index, 'full').catch(() => {});
    world.tap = () => {};
    expect(await sync(world, index, mode, more)).toMatchObject({ outcome: 'succeeded', resumed: false });
    expectUnharmed(world);
  });
});

describe('a target that is not as we left it', () => {
  test('an index that is lost is rebuilt from the markers, and nothing is written', async () => {
    const world = populated(10);
    await sync(world, createMemoryIndex(), 'full');
    world.requests.length = 0;
    const result = await sync(world, createMemoryIndex(), 'delta');
    expect(result).toMatchObject({ outcome: 'succeeded', written: { adopted: 22, created: 0, updated: 0 } });
    expect(writes(world)).toEqual([]);
  });

  test.each(['full', 'delta'] as const)('a duplicate is removed by a %s run, the other one stays', async (mode) => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const [first] = world.entities('person');
    if (first) world.plant(first);
    const result = await sync(world, index, mode);
    expect(result).toMatchObject({ outcome: 'succeeded', written: { duplicatesRemoved: 1, deleted: 0 } });
    expect(result.decisions.at(-1)?.what).toContain('duplicate');
    expect(world.stored.has(first?.id ?? '')).toBe(true);
    expectUnharmed(world);
  });

  test('an entity that was made again under another id is found by its marker', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const [card] = world.entities('card');
    if (card) {
      world.stored.delete(card.id);
      world.plant(card);
    }
    expect((await sync(world, index, 'delta')).outcome).toBe('succeeded');
    expectUnharmed(world);
  });
});

describe('an entity that cannot be written', () => {
  const refuse = (world: World, subject: string) => {
    world.tap = (operation) => {
      if (/create|update/.test(operation.name) && operation.subject === subject) throw coded('SW_REFUSED', 'no');
    };
  };

  test('does not stop the run, takes its dependents with it, is retried on its own clock, and is forgotten when it works', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    refuse(world, 'person p3');
    const first = await sync(world, index, 'full');
    expect(first).toMatchObject({
      outcome: 'incomplete',
      reason: 'rejected',
      proof: { equal: false },
      rejectedCount: 2,
    });
    expect(first.rejected.map(({ type, key }) => `${type} ${key}`).sort()).toEqual(['card c3', 'person p3']);
    expect(first.rejected.find(({ type }) => type === 'card')?.reason.message).toContain('relation person p3');
    expect(world.stored.size).toBe(20);

    const waiting = await sync(world, index, 'delta');
    expect(waiting.rejected.find(({ type }) => type === 'person')?.tries).toBe(1);

    world.skip(15 * 60 * 1000);
    const second = await sync(world, index, 'delta');
    const [was, is] = [first, second].map(({ rejected }) => rejected.find(({ type }) => type === 'person'));
    expect(is?.firstAt).toBe(was?.firstAt);
    expect(is?.tries).toBeGreaterThan(was?.tries ?? 0);

    world.tap = () => {};
    world.skip(30 * 60 * 1000);
    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded', rejectedCount: 0 });
    expectUnharmed(world);
  });

  test('keeps what is in the target when an update is refused, and says that it differs', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.put('person', 'p3', { name: 'new', groups: ['g1'], card: 'c3' });
    refuse(world, 'person p3');
    const result = await sync(world, index, 'delta');
    expect(result).toMatchObject({ outcome: 'incomplete', reason: 'rejected' });
    expect(result.proof.types.find(({ type }) => type === 'person')).toMatchObject({ equal: false, different: ['p3'] });
    expect(world.stored.size).toBe(22);
  });

  test('is forgotten when the source drops it', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    refuse(world, 'person p3');
    await sync(world, index, 'full');
    world.drop('person', 'p3');
    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded', rejectedCount: 0 });
  });

  test('two records that yield the same entity are named, and do not fight over it', async () => {
    const world = populated(10);
    world.put('person', 'p9', { name: 'P9', groups: [], card: 'c1' });
    const index = createMemoryIndex();
    const result = await sync(world, index, 'full');
    expect(result).toMatchObject({ outcome: 'incomplete', reason: 'rejected', rejectedCount: 1 });
    expect(result.rejected[0]).toMatchObject({ type: 'card', key: 'c1' });
    world.requests.length = 0;
    await sync(world, index, 'delta');
    expect(writes(world)).toEqual([]);
  });

  test('an error that is not about one entity ends the run', async () => {
    const world = createWorld();
    world.put('group', 'g1', { name: 'G' });
    cutAt(world, 1, requestOf('create'), coded('SW_LICENCE'));
    await expect(sync(world, createMemoryIndex(), 'full')).rejects.toMatchObject({ code: 'SW_LICENCE' });
  });
});

test('an index with a row that cannot be read is found again in the target by the next run, and nothing is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'syncwarden-index-'));
  const world = populated(10);
  const first = openLmdbIndex({ folder });
  await sync(world, first, 'full');
  await first.close();
  const raw = open({ path: folder, overlappingSync: false });
  raw.openDB<unknown, [string, string]>({ name: 'entries' }).putSync(['person', 'p3'], { id: 5 });
  await raw.close();
  world.requests.length = 0;

  const index = openLmdbIndex({ folder });
  await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_CHECKPOINT_CORRUPT' });
  expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded' });

  expect(writes(world)).toEqual([]);
  await index.close();
  rmSync(folder, { recursive: true, force: true });
});

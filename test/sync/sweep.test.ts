/** Deletes: the evidence they need, and the guards that stop them. */
import { describe, expect, test } from 'vitest';
import type { Source } from '../../src/connectors/connector.ts';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { actualContent, coded, expectedContent, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

async function synchronized(people: number): Promise<{ readonly world: World; readonly index: EntityIndex }> {
  const world = populated(people);
  const index = createMemoryIndex();
  await sync(world, index, 'full');
  world.requests.length = 0;
  return { world, index };
}

function dropPeople(world: World, count: number): void {
  for (let at = 0; at < count; at += 1) world.drop('person', `p${at}`);
}

describe('the delete guard', () => {
  test('deletes nothing of any type when one type would lose too many', async () => {
    const { world, index } = await synchronized(60);
    dropPeople(world, 4);
    world.drop('group', 'g2');
    const result = await sync(world, index, 'delta');
    expect(result).toMatchObject({ outcome: 'incomplete', reason: 'delete-guard', written: { deleted: 0 } });
    expect(result.proof.types.find(({ type }) => type === 'person')).toMatchObject({
      surplus: ['p0', 'p1', 'p2', 'p3'],
      found: { surplus: 4 },
    });
    expect(writes(world)).toEqual([]);
  });

  test('deletes what is allowed', async () => {
    const { world, index } = await synchronized(60);
    dropPeople(world, 3);
    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded', written: { deleted: 6 } });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('raising the limit for one run is the approval', async () => {
    const { world, index } = await synchronized(60);
    dropPeople(world, 30);
    const more = { limits: { deleteShareMax: 0.5 } };
    expect(await sync(world, index, 'delta', more)).toMatchObject({ outcome: 'succeeded', written: { deleted: 60 } });
  });

  test('is not worn down by resuming the run again and again', async () => {
    const { world, index } = await synchronized(60);
    dropPeople(world, 3);
    world.tap = (operation) => {
      if (operation.name === 'list') throw coded('SW_UNREACHABLE');
    };
    await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    expect(world.entities('person')).toHaveLength(57);
    for (let at = 3; at < 6; at += 1) world.drop('person', `p${at}`);
    world.tap = () => {};
    const result = await sync(world, index, 'delta');
    expect(result).toMatchObject({ resumed: true, outcome: 'incomplete', reason: 'delete-guard' });
    expect(world.entities('person')).toHaveLength(57);
  });
});

describe('an absence that is none', () => {
  test('a source that lists nothing, and shows each record when asked, is no success either', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const before = writes(world).length;
    const mute: Source = {
      ...world.source,
      walk: async (kind, cursor, signal) =>
        kind === 'person' ? { records: [], next: null, total: 0 } : world.source.walk(kind, cursor, signal),
      async *keys(kind, signal) {
        if (kind !== 'person') yield* world.source.keys(kind, signal);
      },
    };

    for (const mode of ['full', 'delta'] as const) {
      const result = await sync(world, index, mode, { source: mute });

      expect(result).toMatchObject({ outcome: 'incomplete', reason: 'empty-source' });
    }
    expect(writes(world)).toHaveLength(before);
  });

  test('an empty list deletes nothing, and is named', async () => {
    const { world, index } = await synchronized(1);
    world.drop('group', 'g2');
    dropPeople(world, 1);
    const result = await sync(world, index, 'full');
    expect(result).toMatchObject({ outcome: 'incomplete', reason: 'empty-source' });
    expect(writes(world)).toEqual([]);
  });

  test('an unreachable source deletes nothing', async () => {
    const { world, index } = await synchronized(30);
    dropPeople(world, 1);
    world.tap = (operation) => {
      if (operation.name === 'get') throw coded('SW_UNREACHABLE');
    };
    await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    expect(writes(world)).toEqual([]);
  });

  test('half a list deletes nothing: the second listing names what the walk has missed', async () => {
    const { world, index } = await synchronized(30);
    const source = halved(world.source, { walk: true, keys: false });
    expect(await sync(world, index, 'delta', { source })).toMatchObject({ outcome: 'succeeded' });
    expect(writes(world)).toEqual([]);
  });

  test('half a list, twice the same, deletes nothing: the second look finds each record', async () => {
    const { world, index } = await synchronized(30);
    const source = halved(world.source, { walk: true, keys: true });
    await sync(world, index, 'delta', { source });
    expect(writes(world)).toEqual([]);
  });

  test('rows that shift while the list is walked are brought over in the same run', async () => {
    const world = populated(30);
    const index = createMemoryIndex();
    let shifted = false;
    world.tap = ({ name, subject, at }) => {
      if (shifted || name !== 'walk' || subject !== 'person 8' || at !== 'before') return;
      shifted = true;
      world.drop('person', 'p0'); // everything behind moves up by one: p8 is never shown
    };
    const result = await sync(world, index, 'full');
    expect(shifted).toBe(true);
    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test.each([0, -1, 5, 1_000_000])('a total of %i, which is a lie, changes nothing', async (total) => {
    const { world, index } = await synchronized(30);
    const { source } = world;
    const lying: Source = {
      ...source,
      capabilities: { ...source.capabilities, totals: 'exact' },
      walk: async (...args) => ({ ...(await source.walk(...args)), total }),
    };
    expect(await sync(world, index, 'delta', { source: lying })).toMatchObject({ outcome: 'succeeded' });
    expect(writes(world)).toEqual([]);
  });
});

test('a source that never stops changing ends the run with that reason', async () => {
  const world = populated(5);
  let arrivals = 0;
  world.tap = ({ name, subject, at }) => {
    if (name !== 'keys' || subject !== 'person' || at !== 'before') return;
    arrivals += 1;
    world.put('person', `late${arrivals}`, { name: 'late', groups: [] });
  };
  const result = await sync(world, createMemoryIndex(), 'full');
  expect(result).toMatchObject({ outcome: 'incomplete', reason: 'source-changed' });
  expect(result.proof.sourceChanges.appeared.length).toBeGreaterThan(0);
});

/** Ends the list of people after two pages, as a server does that breaks off without an error. */
function halved(source: Source, { walk, keys }: { readonly walk: boolean; readonly keys: boolean }): Source {
  return {
    ...source,
    async walk(kind, cursor, signal) {
      const page = await source.walk(kind, cursor, signal);
      return walk && kind === 'person' && cursor !== null ? { ...page, next: null } : page;
    },
    async *keys(kind, signal) {
      let parts = 0;
      for await (const part of source.keys(kind, signal)) {
        yield part;
        parts += 1;
        if (keys && kind === 'person' && parts === 2) return;
      }
    },
  };
}

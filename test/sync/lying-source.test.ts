/**
 * A source that lies. `sweep.test.ts` has half a list, an empty list, rows that shift and totals that are wrong; here are the
 * other ways, one test each. What is common to all: nothing is deleted that the source has.
 */
import { describe, expect, test } from 'vitest';
import type { Source, SourceRecord } from '../../src/connectors/connector.ts';
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

/** The source with another order or number of rows on its pages. */
function rearranged(source: Source, rearrange: (records: readonly SourceRecord[]) => readonly SourceRecord[]): Source {
  return {
    ...source,
    walk: async (...args) => {
      const page = await source.walk(...args);
      return { ...page, records: rearrange(page.records) };
    },
  };
}

describe('a source that', () => {
  test('shows every row twice on its page has each created once', async () => {
    const world = populated(12);
    const source = rearranged(world.source, (records) => [...records, ...records]);

    expect(await sync(world, createMemoryIndex(), 'full', { source })).toMatchObject({
      outcome: 'succeeded',
      written: { created: 26 },
    });
    expect(world.createdTwice).toEqual([]);
  });

  test('shows two readings of a row on one page: the last one counts', async () => {
    const world = populated(4);
    const source = rearranged(world.source, (records) => [
      ...records.map((record) => ({ ...record, value: { ...record.value, name: 'stale' } })),
      ...records,
    ]);

    expect(await sync(world, createMemoryIndex(), 'full', { source })).toMatchObject({ outcome: 'succeeded' });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('orders its pages anew in each run makes nobody compare or write anything', async () => {
    const { world, index } = await synchronized(12);
    world.records.set('person', [...(world.records.get('person') ?? [])].reverse());
    const source = rearranged(world.source, (records) => records.toReversed());

    expect(await sync(world, index, 'delta', { source })).toMatchObject({
      outcome: 'succeeded',
      written: { unchanged: 26 },
    });
    expect(writes(world)).toEqual([]);
  });

  test('turns its list around between two pages shows some twice and others never: they are brought all the same', async () => {
    const world = populated(12);
    world.tap = ({ name, subject, at }) => {
      if (name === 'walk' && subject === 'person 4' && at === 'before')
        world.records.set('person', [...(world.records.get('person') ?? [])].reverse());
    };

    const result = await sync(world, createMemoryIndex(), 'full');

    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(actualContent(world)).toEqual(expectedContent(world));
    expect(world.createdTwice).toEqual([]);
  });

  test('states another total on every page is walked to its end', async () => {
    const { world, index } = await synchronized(30);
    let total = 100;
    const source: Source = {
      ...world.source,
      walk: async (...args) => {
        total = total === 100 ? 1 : 100;
        return { ...(await world.source.walk(...args)), total };
      },
    };

    expect(await sync(world, index, 'full', { source })).toMatchObject({ outcome: 'succeeded' });
    expect(writes(world)).toEqual([]);
  });

  test('breaks off every page behind its first half, without a failure, has the rest brought by the proof', async () => {
    const { world, index } = await synchronized(30);
    world.put('person', 'p29', { name: 'renamed', groups: ['g1'], card: 'c29' });
    const source = rearranged(world.source, (records) => records.slice(0, Math.ceil(records.length / 2)));

    const result = await sync(world, index, 'delta', { source });

    expect(result.written.deleted).toBe(0);
    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test.each([
    ['fails in mid-list', 'SW_SERVER_FAILED'],
    ['loses the session in mid-page', 'SW_SESSION_LOST'],
  ] as const)('%s ends the run with that, deletes nothing, and the next run goes on from there', async (_, code) => {
    const { world, index } = await synchronized(30);
    world.drop('person', 'p29');
    world.put('person', 'p1', { name: 'renamed', groups: ['g1'], card: 'c1' });
    world.tap = ({ name, subject, at }) => {
      if (name === 'walk' && subject === 'person 12' && at === 'after') throw coded(code);
    };

    await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code });
    expect(writes(world)).toEqual(['update person p1']);
    world.tap = () => {};
    world.requests.length = 0;

    expect(await sync(world, index, 'delta')).toMatchObject({
      outcome: 'succeeded',
      resumed: true,
      written: { deleted: 2 },
    });
    expect(world.requests).not.toContain('walk person null');
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test.each(['person new', 'card c-new'])(
    'shows a record in none of its lists whose %s a run has created that was killed then, keeps it',
    async (lastCreated) => {
      const { world, index } = await synchronized(30);
      world.put('person', 'new', { name: 'New', groups: ['g1'], card: 'c-new' });
      world.tap = ({ name, subject, at }) => {
        if (name === 'create' && subject === lastCreated && at === 'after') world.tap = () => Promise.reject(killed);
        if (name === 'create' && subject === lastCreated && at === 'after') throw killed;
      };
      const killed = coded('SW_UNREACHABLE');
      await expect(sync(world, index, 'delta')).rejects.toThrow();
      world.tap = () => {};
      const isShown = ({ key }: { readonly key: string }) => key !== 'new';
      const source: Source = {
        ...rearranged(world.source, (records) => records.filter(isShown)),
        async *keys(...args) {
          for await (const part of world.source.keys(...args)) yield part.filter((key) => isShown({ key }));
        },
      };

      const result = await sync(world, index, 'full', { source });

      expect(result.written.deleted).toBe(0);
      expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded', written: { deleted: 0 } });
      expect(world.createdTwice).toEqual([]);
    },
  );

  test.each(['keys', 'get'] as const)(
    'loses the session when a second look is taken (%s) has nothing deleted',
    async (request) => {
      const { world, index } = await synchronized(30);
      world.drop('person', 'p29');
      let walked = false;
      world.tap = ({ name, subject }) => {
        walked ||= name === 'walk' && subject === 'person 28';
        if (walked && name === request) throw coded('SW_SESSION_LOST');
      };

      await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_SESSION_LOST' });
      expect(writes(world)).toEqual([]);
    },
  );

  test('means something else by a status from one day to the next has everything updated, and nothing deleted', async () => {
    const { world, index } = await synchronized(30);
    for (const { key, value } of world.records.get('person') ?? [])
      world.put('person', key, { ...value, name: 'status 2' });

    const result = await sync(world, index, 'delta');

    expect(result).toMatchObject({ outcome: 'succeeded', written: { updated: 30, deleted: 0, created: 0 } });
    expect(new Set(writes(world).map((request) => request.split(' ')[0]))).toEqual(new Set(['update']));
  });

  test('makes everybody ineligible from one day to the next is stopped by the guard', async () => {
    const { world, index } = await synchronized(30);
    for (const { key, value } of world.records.get('person') ?? [])
      world.put('person', key, { ...value, disabled: true });

    const result = await sync(world, index, 'delta');

    expect(result).toMatchObject({ outcome: 'incomplete', reason: 'delete-guard', written: { deleted: 0 } });
    expect(writes(world)).toEqual([]);
  });
});

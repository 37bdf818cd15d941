/** An index that nobody trusts any more is read from the target again; that costs requests and writes nothing. */
import { describe, expect, test } from 'vitest';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { rebuildIndex } from '../../src/sync/rebuild.ts';
import { actualContent, coded, expectedContent, testMapping, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

const rebuilt = ({ source, target, clock }: World, index: EntityIndex) =>
  rebuildIndex({ source, target, clock, index, mapping: testMapping, signal: new AbortController().signal });

describe('a rebuilt index', () => {
  test('counts what it has found, and the delta run after it writes nothing', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;

    const { types } = await rebuilt(world, index);
    const result = await sync(world, index, 'delta');

    expect(types).toEqual([
      { type: 'group', count: 2 },
      { type: 'person', count: 10 },
      { type: 'card', count: 10 },
    ]);
    expect(result).toMatchObject({
      outcome: 'succeeded',
      written: { created: 0, updated: 0, deleted: 0, unchanged: 22 },
    });
    expect(writes(world)).toEqual([]);
  });

  test('forgets entities that are not there, and learns ids and content that are others', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    await index.commit({
      putEntries: [
        {
          type: 'person',
          key: 'phantom',
          n: index.nextNumber('entries', 'person'),
          id: 'id-0',
          hash: 'h',
          origin: null,
        },
        ...(await index.lookup([{ type: 'person', key: 'p3' }])).flatMap((one) =>
          one ? [{ ...one, id: 'id-0' }] : [],
        ),
      ],
    });

    await rebuilt(world, index);

    expect(await sync(world, index, 'delta')).toMatchObject({
      outcome: 'succeeded',
      written: { updated: 0, deleted: 0 },
    });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('that is interrupted is finished by the next run, without a second entity', async () => {
    for (let cut = 1; cut <= 12; cut += 1) {
      const world = populated(10);
      const index = createMemoryIndex();
      await sync(world, index, 'full');
      let requests = 0;
      world.tap = ({ at }) => {
        if (at === 'before') requests += 1;
        if (requests === cut) throw coded('SW_UNREACHABLE');
      };
      await rebuilt(world, index).catch(() => {});
      world.tap = () => {};
      world.requests.length = 0;

      const result = await sync(world, index, 'delta');

      expect({ cut, outcome: result.outcome }).toEqual({ cut, outcome: 'succeeded' });
      expect({ writes: writes(world), twice: world.createdTwice }).toEqual({ writes: [], twice: [] });
    }
  });

  test('lets what the source no longer has be deleted by the next run, with its guards', async () => {
    const world = populated(40);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.drop('person', 'p7');
    await rebuilt(world, index);

    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded', written: { deleted: 2 } });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });
});

test('an index that was lost and is read back by halves is not trusted by a run that does not go on from there', async () => {
  for (const more of [{ limits: { resumeAgeMsMax: -1 } }, { types: ['person'] }]) {
    const world = populated(12);
    await sync(world, createMemoryIndex(), 'full');
    const index = createMemoryIndex();
    world.tap = ({ name, at, subject }) => {
      const isHalf = world.requests.filter((request) => request === 'list person').length > 5;
      if (isHalf && name === 'list' && subject === 'person' && at === 'before') throw coded('SW_UNREACHABLE');
    };
    await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    expect(await index.countEntries('person')).toBeGreaterThan(0);
    expect(await index.countEntries('person')).toBeLessThan(12);
    world.tap = () => {};
    world.requests.length = 0;

    expect(await sync(world, index, 'delta', more)).toMatchObject({ outcome: 'succeeded', resumed: false });
    expect({ writes: writes(world), twice: world.createdTwice }).toEqual({ writes: [], twice: [] });
  }
});

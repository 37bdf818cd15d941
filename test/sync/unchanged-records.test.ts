/** A record that has not changed is passed over; everything that must make it be looked at does. */
import { describe, expect, test } from 'vitest';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { optionalMapping } from './source-history.ts';
import { actualContent, coded, expectedContent, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

const mapping = optionalMapping;

/** Requests that the walk makes of the target: those of inventory and proof list everything, whatever is in it. */
function targetRequests(world: World): string[] {
  return world.requests.filter((request) => /^(create|update|remove|find) /.test(request));
}

describe('an unchanged record', () => {
  test('is passed over without a request to the target, and is proven all the same', async () => {
    const world = populated(40);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const mapped: string[] = [];
    const counted = {
      ...mapping,
      id: 'test@1',
      steps: mapping.steps.map((step) => ({
        ...step,
        map: (record: Parameters<typeof step.map>[0]) => {
          mapped.push(record.key);
          return step.map(record);
        },
      })),
    };
    await sync(world, index, 'delta', { mapping: counted });
    mapped.length = 0;
    world.requests.length = 0;

    const result = await sync(world, index, 'delta', { mapping: counted });

    expect(result).toMatchObject({ outcome: 'succeeded', written: { unchanged: 82, updated: 0, created: 0 } });
    expect([targetRequests(world), mapped]).toEqual([[], []]);
  });

  test('is compared again under another version of the mapping', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    await sync(world, index, 'full', { mapping });
    const renamed = {
      id: 'optional@2',
      steps: mapping.steps.map((step) => ({
        ...step,
        map: (record: Parameters<typeof step.map>[0]) =>
          step.map(record).map((entity) => ({ ...entity, fields: { ...entity.fields, by: 'version 2' } })),
      })),
    };

    const result = await sync(world, index, 'delta', { mapping: renamed });

    expect(result).toMatchObject({ outcome: 'succeeded', written: { updated: 12 } });
  });

  test.each(['full', 'delta'] as const)(
    'is updated when a group that it refers to optionally is created later (%s)',
    async (mode) => {
      const world = populated(10);
      for (let at = 0; at < 10; at += 1) world.put('person', `p${at}`, { name: `P${at}`, groups: ['g1', 'late'] });
      const index = createMemoryIndex();
      const first = await sync(world, index, mode, { mapping });
      expect(first).toMatchObject({ outcome: 'succeeded' });
      world.put('group', 'late', { name: 'visitors' });

      const result = await sync(world, index, mode, { mapping });

      expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 1, updated: 10 } });
      expect(actualContent(world)).toEqual(expectedContent(world, mapping));
    },
  );

  test.each([true, false])(
    'loses its relation to a group that went, at the latest in the next run (target takes it out itself: %s)',
    async (cascade) => {
      const world = populated(10, 4, cascade);
      world.put('group', 'visitors', { name: 'visitors' });
      for (let at = 0; at < 10; at += 1) world.put('person', `p${at}`, { name: `P${at}`, groups: ['g1', 'visitors'] });
      const index = createMemoryIndex();
      await sync(world, index, 'full', { mapping });
      world.drop('group', 'visitors');

      await sync(world, index, 'delta', { mapping });
      const result = await sync(world, index, 'delta', { mapping });

      expect(result).toMatchObject({ outcome: 'succeeded' });
      expect(actualContent(world)).toEqual(expectedContent(world, mapping));
      expect(world.equalRewrites).toEqual([]);
    },
  );

  test('is never proven equal while it refers to an entity that is gone', async () => {
    const world = populated(10);
    world.put('group', 'visitors', { name: 'visitors' });
    for (let at = 0; at < 10; at += 1) world.put('person', `p${at}`, { name: `P${at}`, groups: ['visitors'] });
    const index = createMemoryIndex();
    await sync(world, index, 'full', { mapping });
    world.drop('group', 'visitors');

    const result = await sync(world, index, 'delta', { mapping });

    const isEqual = JSON.stringify(actualContent(world)) === JSON.stringify(expectedContent(world, mapping));
    expect({ equal: result.proof.equal }).toEqual({ equal: isEqual });
  });

  test('is updated also when the creation of the group was interrupted, and only its marker tells of it', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    await sync(world, index, 'full', { mapping, types: ['person'] });
    world.tap = ({ name, subject, at }) => {
      if (name === 'create' && subject === 'group g1' && at === 'after') throw coded('SW_TIMEOUT');
    };
    await sync(world, index, 'full', { mapping, types: ['group'] }).catch(() => {});
    world.tap = () => {};

    const result = await sync(world, index, 'delta', { mapping });

    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(actualContent(world)).toEqual(expectedContent(world, mapping));
  });

  test('refers to the new id of a group that was lost while an answer about it was', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.put('group', 'g1', { name: 'renamed' });
    world.tap = ({ name, subject, at }) => {
      if (name !== 'update' || subject !== 'group g1' || at !== 'after') return;
      for (const group of world.entities('group')) if (group.key === 'g1') world.stored.delete(group.id);
      throw coded('SW_TIMEOUT');
    };
    await sync(world, index, 'delta').catch(() => {});
    world.tap = () => {};

    const result = await sync(world, index, 'delta');

    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('is compared when its entity in the target was found to be another one', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const [person] = world.entities('person');
    if (person) world.stored.set(person.id, { ...person, fields: { name: 'tampered' } });
    world.requests.length = 0;

    const result = await sync(world, index, 'full');

    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(writes(world)).toEqual(['update person p0']);
  });
});

test('a record whose entities were deleted and that comes back as it was is created again, though the run was killed', async () => {
  const world = populated(40);
  const index = createMemoryIndex();
  await sync(world, index, 'full');
  const row = world.records.get('person')?.find(({ key }) => key === 'p37');
  world.drop('person', 'p37');
  let isKilled = false;
  const commit: typeof index.commit = async (changes) => {
    if (isKilled) throw coded('SW_STORE_FAILED', 'a killed process');
    await index.commit(changes);
    isKilled = changes.dropEntries?.some(({ type }) => type === 'person') ?? false;
  };
  await sync(world, { ...index, commit }, 'delta').catch(() => {});
  expect([isKilled, world.entities('person').length]).toEqual([true, 39]);
  if (row) world.put('person', 'p37', row.value);

  const result = await sync(world, index, 'full', { owner: 'run' });

  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(actualContent(world)).toEqual(expectedContent(world));
});

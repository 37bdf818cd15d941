/** A run about some types only touches nothing else, and says nothing of the others. */
import { describe, expect, test } from 'vitest';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { actualContent, coded, expectedContent } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

describe('a run about chosen types', () => {
  test('walks only the steps that yield them, and neither touches nor deletes anything else', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.put('group', 'g3', { name: 'new' });
    world.put('person', 'p1', { name: 'renamed', groups: ['g1'], card: 'c1' });
    world.drop('person', 'p2');
    world.requests.length = 0;

    const result = await sync(world, index, 'delta', { types: ['group'] });

    expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 1, updated: 0, deleted: 0 } });
    expect(result.proof.types.map(({ type }) => type)).toEqual(['group']);
    expect(world.requests.filter((request) => /person|card/.test(request))).toEqual([]);
    expect(writes(world)).toEqual(['create group g3']);
  });

  test('brings what else comes from the same records', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.drop('person', 'p2');

    const result = await sync(world, index, 'delta', { types: ['card'] });

    expect(result.proof.types.map(({ type }) => type)).toEqual(['person', 'card']);
    expect(result).toMatchObject({ outcome: 'succeeded', written: { deleted: 2 } });
  });

  test('the next run about everything brings the rest', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full', { types: ['group'] });

    const result = await sync(world, index, 'delta');

    expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 20 } });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('is not gone on with by a run about other types', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    world.tap = ({ name, subject }) => {
      if (name === 'create' && subject === 'group g2') throw coded('SW_UNREACHABLE');
    };
    await expect(sync(world, index, 'full', { types: ['group'] })).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    world.tap = () => {};

    expect(await sync(world, index, 'full')).toMatchObject({ outcome: 'succeeded', resumed: false });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('succeeds also after a group has moved to another id, and the people follow in the run about everything', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const [group] = world.entities('group');
    world.stored.delete(group?.id ?? '');

    const some = await sync(world, index, 'full', { types: ['group'] });
    const all = await sync(world, index, 'delta');

    expect([some.outcome, all.outcome]).toEqual(['succeeded', 'succeeded']);
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('comes to success although an interruption has left a group under another id', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.stored.delete(world.entities('group')[0]?.id ?? '');
    world.put('group', 'g1', { name: 'renamed' });
    world.tap = ({ name, at }) => {
      if (name === 'create' && at === 'after') throw coded('SW_TIMEOUT');
    };
    await expect(sync(world, index, 'delta', { types: ['group'] })).rejects.toMatchObject({ code: 'SW_TIMEOUT' });
    world.tap = () => {};

    const some = await sync(world, index, 'delta', { types: ['group'] });
    const all = await sync(world, index, 'delta');

    expect([some, all]).toMatchObject([{ outcome: 'succeeded', resumed: true }, { outcome: 'succeeded' }]);
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test.each([[['lift']], [[]]])('refuses %j', async (types) => {
    await expect(sync(populated(1), createMemoryIndex(), 'full', { types })).rejects.toMatchObject({
      code: 'SW_NOT_FOUND',
      message: expect.stringContaining('group, person, card'),
    });
  });
});

/** One entity on demand, alone and beside a run that comes to the same record. */
import { describe, expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { entityResultSchema, synchronizeEntity } from '../../src/sync/on-demand.ts';
import { actualContent, coded, expectedContent, testMapping, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

async function synchronized(people: number): Promise<{ readonly world: World; readonly index: EntityIndex }> {
  const world = populated(people);
  const index = createMemoryIndex();
  await sync(world, index, 'full');
  world.requests.length = 0;
  return { world, index };
}

const demand = (world: World, index: EntityIndex, key: string, claims = new Claims(), kind = 'person') =>
  synchronizeEntity({
    source: world.source,
    target: world.target,
    clock: world.clock,
    index,
    mapping: testMapping,
    signal: new AbortController().signal,
    claims,
    kind,
    key,
  });

describe('one entity on demand', () => {
  test('is created with what comes from the same record, and the next run has nothing to do', async () => {
    const { world, index } = await synchronized(5);
    world.put('person', 'new', { name: 'N', groups: ['g1'], card: 'c-new' });

    const result = await demand(world, index, 'new');

    expect(entityResultSchema.parse(result).entities.map(({ type, action }) => [type, action])).toEqual([
      ['person', 'created'],
      ['card', 'created'],
    ]);
    world.requests.length = 0;
    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded' });
    expect(writes(world)).toEqual([]);
  });

  test('is mended where the target is not what the index says', async () => {
    const { world, index } = await synchronized(5);
    const person = world.entities('person').find(({ key }) => key === 'p2');
    if (person) world.stored.set(person.id, { ...person, fields: { name: 'tampered' } });

    const result = await demand(world, index, 'p2');

    expect(result.entities.map(({ action }) => action)).toEqual(['updated', 'unchanged']);
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('is created again when somebody has deleted it', async () => {
    const { world, index } = await synchronized(5);
    const card = world.entities('card').find(({ key }) => key === 'c2');
    world.stored.delete(card?.id ?? '');

    await demand(world, index, 'p2');

    expect(actualContent(world)).toEqual(expectedContent(world));
    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded' });
  });

  test('deletes nothing: what the record no longer yields, or a record that is gone, is left for the run', async () => {
    const { world, index } = await synchronized(5);
    world.put('person', 'p1', { name: 'P1', groups: ['g1'] });
    world.drop('person', 'p2');

    const [less, gone] = [await demand(world, index, 'p1'), await demand(world, index, 'p2')];

    expect(less.entities).toContainEqual(expect.objectContaining({ type: 'card', key: 'c1', action: 'left' }));
    expect(gone).toMatchObject({ found: false, entities: [{ action: 'left' }, { action: 'left' }] });
    expect(writes(world)).toEqual([]);
    expect(await sync(world, index, 'delta', { limits: { deleteShareMax: 1 } })).toMatchObject({
      outcome: 'succeeded',
    });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('says why the target refuses it', async () => {
    const { world, index } = await synchronized(5);
    world.put('person', 'p1', { name: 'bad', groups: ['g1'], card: 'c1' });
    world.tap = ({ name }) => {
      if (name === 'update') throw coded('SW_REFUSED', 'a bad name');
    };

    const result = await demand(world, index, 'p1');

    expect(result.entities[0]).toMatchObject({ action: 'rejected', reason: { code: 'SW_REFUSED' } });
    expect(result.entities[1]).toMatchObject({ action: 'unchanged' });
  });

  test('of a kind that the mapping does not know is refused', async () => {
    const { world, index } = await synchronized(1);

    await expect(demand(world, index, 'x', new Claims(), 'lift')).rejects.toMatchObject({ code: 'SW_NOT_FOUND' });
  });

  test('whose answer was lost is not created twice by the run that follows', async () => {
    const { world, index } = await synchronized(5);
    world.put('person', 'new', { name: 'N', groups: ['g1'] });
    world.tap = ({ name, at }) => {
      if (name === 'create' && at === 'after') throw coded('SW_TIMEOUT');
    };
    await expect(demand(world, index, 'new')).rejects.toMatchObject({ code: 'SW_TIMEOUT' });
    world.tap = () => {};

    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded' });
    expect(world.createdTwice).toEqual([]);
  });
});

describe('one entity beside a run', () => {
  test.each(Array.from({ length: 12 }, (_, at) => at * 6))(
    'is created once, wherever the run is (at its operation %i), and both end equal',
    async (moment) => {
      const world = populated(10);
      const index = createMemoryIndex();
      const claims = new Claims();
      let operations = 0;
      let beside: ReturnType<typeof demand> | null = null;
      world.tap = async () => {
        operations += 1;
        if (operations >= moment && beside === null) beside = demand(world, index, 'p7', claims);
        for (let turn = 0; turn < 7; turn += 1) await Promise.resolve();
      };

      const result = await sync(world, index, 'full', { claims });
      const single = await beside;

      // Without its group it is rejected, and the run brings it over all the same.
      expect(single).toMatchObject({ found: true });
      expect(result).toMatchObject({ outcome: 'succeeded', rejectedCount: 0 });
      expect(actualContent(world)).toEqual(expectedContent(world));
      expect({ twice: world.createdTwice, rewritten: world.equalRewrites }).toEqual({ twice: [], rewritten: [] });
    },
  );
});

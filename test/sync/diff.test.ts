/** The differences as a list, and their numbers: what they say is what a run then does. */
import { describe, expect, test } from 'vitest';
import { type Difference, type DiffOptions, diff, differenceSchema } from '../../src/sync/diff.ts';
import { dryRun, dryRunResultSchema } from '../../src/sync/dry-run.ts';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { coded, testMapping, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

const options = (
  { source, target, clock }: World,
  index: EntityIndex,
  more: Partial<DiffOptions> = {},
): DiffOptions => ({
  source,
  target,
  clock,
  index,
  mapping: testMapping,
  signal: new AbortController().signal,
  ...more,
});

async function differences(world: World, index: EntityIndex, more: Partial<DiffOptions> = {}): Promise<Difference[]> {
  const found: Difference[] = [];
  for await (const batch of diff(options(world, index, more)))
    found.push(...batch.map((one) => differenceSchema.parse(one)));
  return found;
}

async function synchronized(people: number): Promise<{ readonly world: World; readonly index: EntityIndex }> {
  const world = populated(people);
  const index = createMemoryIndex();
  await sync(world, index, 'full');
  return { world, index };
}

/** One of everything: a change, a change of a relation, a record that came and one that went, and one tampered with. */
function disturb(world: World): void {
  world.put('person', 'p1', { name: 'renamed', groups: ['g1'], card: 'c1' });
  world.put('person', 'p2', { name: 'P2', groups: ['g1', 'g2'], card: 'c2' });
  world.put('person', 'p3', { name: 'P3', groups: ['g1'] });
  world.put('person', 'new', { name: 'N', groups: [], card: 'c-new' });
  world.drop('person', 'p4');
  const tampered = world.entities('card').find(({ key }) => key === 'c5');
  if (tampered) world.stored.set(tampered.id, { ...tampered, fields: { on: false } });
}

describe('a diff', () => {
  test('names each entity once, with the fields that differ and both values, and writes nothing', async () => {
    const { world, index } = await synchronized(8);
    disturb(world);
    world.requests.length = 0;
    const idOf = (type: string, key: string) => world.entities(type).find((entity) => entity.key === key)?.id ?? '';
    const [g1, g2] = [idOf('group', 'g1'), idOf('group', 'g2')];

    const found = await differences(world, index);

    expect(found).toHaveLength(8);
    expect(found.slice(5).map(({ action }) => action)).toEqual(['delete', 'delete', 'delete']);
    expect(found).toEqual(
      expect.arrayContaining([
        {
          action: 'change',
          type: 'person',
          key: 'p1',
          id: idOf('person', 'p1'),
          fields: [{ name: 'name', source: 'renamed', target: 'P1' }],
        },
        {
          action: 'change',
          type: 'person',
          key: 'p2',
          id: idOf('person', 'p2'),
          fields: [{ name: 'groups', source: [g1, g2].sort(), target: [g1] }],
        },
        {
          action: 'change',
          type: 'card',
          key: 'c5',
          id: idOf('card', 'c5'),
          fields: [{ name: 'on', source: true, target: false }],
        },
        { action: 'create', type: 'person', key: 'new' },
        { action: 'create', type: 'card', key: 'c-new' },
        { action: 'delete', type: 'card', key: 'c3', id: idOf('card', 'c3') },
        { action: 'delete', type: 'card', key: 'c4', id: idOf('card', 'c4') },
        { action: 'delete', type: 'person', key: 'p4', id: idOf('person', 'p4') },
      ]),
    );
    expect(writes(world)).toEqual([]);
  });

  test.each(['full', 'delta'] as const)('is empty after a %s run', async (mode) => {
    const { world, index } = await synchronized(8);
    disturb(world);
    await sync(world, index, mode, { limits: { deleteShareMax: 1 } });

    expect(await differences(world, index)).toEqual([]);
  });

  test('needs no index: an empty one, and one that is wrong, give the same list', async () => {
    const { world, index } = await synchronized(8);
    disturb(world);
    const found = await differences(world, index);
    const entries = await index.lookup([{ type: 'person', key: 'p6' }]);
    await index.commit({
      putEntries: entries.flatMap((entry) => (entry ? [{ ...entry, hash: 'wrong', id: 'id-0' }] : [])),
    });

    expect(await differences(world, index)).toEqual(found);
    expect(await differences(world, createMemoryIndex())).toEqual(found);
  });

  test('tells of chosen types only', async () => {
    const { world, index } = await synchronized(8);
    disturb(world);

    const found = await differences(world, index, { types: ['card'] });

    expect(found.map(({ type, key }) => `${type} ${key}`)).toEqual(['card c-new', 'card c5', 'card c3', 'card c4']);
  });

  test('names what is rejected with its reason instead of promising it', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    world.tap = ({ name, subject }) => {
      if (name === 'create' && subject === 'card c3') throw coded('SW_REFUSED', 'a number that is taken');
    };
    await sync(world, index, 'full');

    expect(await differences(world, index)).toEqual([
      {
        action: 'rejected',
        type: 'card',
        key: 'c3',
        reason: { code: 'SW_REFUSED', message: expect.stringContaining('a number that is taken') },
      },
    ]);
  });

  test('does not list an entity as missing that the source has put on two pages', async () => {
    const { world, index } = await synchronized(8);
    const [first] = world.records.get('person') ?? [];
    if (first) world.records.set('person', [...(world.records.get('person') ?? []), first]);

    expect(await differences(world, index)).toEqual([]);
  });
});

describe('a dry run', () => {
  test.each(['full', 'delta'] as const)(
    'writes nothing, and says in numbers what the %s run then writes',
    async (mode) => {
      const { world, index } = await synchronized(40);
      disturb(world);
      world.requests.length = 0;

      const { would, guard } = dryRunResultSchema.parse(await dryRun(options(world, index)));
      const dry = writes(world);
      const result = await sync(world, index, mode);

      expect({ dry, guard }).toEqual({ dry: [], guard: null });
      expect(would).toEqual({
        create: { person: 1, card: 1 },
        change: { person: 2, card: 1 },
        delete: { card: 2, person: 1 },
        rejected: {},
      });
      expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 2, updated: 3, deleted: 3 } });
    },
  );

  test.each([
    ['delete-guard', 10],
    ['empty-source', 40],
  ] as const)('says that the %s would stop the deletes, as it then does', async (guard, leavers) => {
    const { world, index } = await synchronized(40);
    for (let at = 0; at < leavers; at += 1) world.drop('person', `p${at}`);

    const before = await dryRun(options(world, index));
    const result = await sync(world, index, 'delta');

    expect(before.guard).toBe(guard);
    expect(result).toMatchObject({ reason: guard, written: { deleted: 0 } });
  });
});

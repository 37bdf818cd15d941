/** An entity that passes from one record to another, and two records that want the same one. */
import { describe, expect, test } from 'vitest';
import type { Source } from '../../src/connectors/connector.ts';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import type { Mode } from '../../src/sync/run-result.ts';
import { actualContent, expectedContent, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

async function synchronized(people: number): Promise<{ readonly world: World; readonly index: EntityIndex }> {
  const world = populated(people);
  const index = createMemoryIndex();
  await sync(world, index, 'full');
  world.requests.length = 0;
  return { world, index };
}

/** Every page of the walk takes as long as this many turns of the event loop, so that several are in flight. */
function slowWrites(world: World, turns: number): void {
  world.tap = async ({ name, at }) => {
    if (at === 'before' && /create|update/.test(name))
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  };
}

const give = (world: World, key: string, card: string | null) =>
  world.put('person', key, { name: key.toUpperCase(), groups: ['g1'], ...(card === null ? {} : { card }) });

describe('a card that passes from one person to another', () => {
  test.each([
    ['before the one who had it', 'p1', 'p17'],
    ['after the one who had it', 'p17', 'p1'],
    ['on the same page', 'p1', 'p0'],
  ] as const)('is updated once, not deleted and created, when the new holder is walked %s', async (_, to, from) => {
    const { world, index } = await synchronized(20);
    const card = `c${from.slice(1)}`;
    give(world, from, null);
    give(world, to, card);
    slowWrites(world, 30);

    const result = await sync(world, index, 'delta');

    expect(result).toMatchObject({ outcome: 'succeeded', rejectedCount: 0 });
    expect(writes(world)).toEqual([`update card ${card}`, `remove card c${to.slice(1)}`]);
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test.each(['full', 'delta'] as const)('two people who swap their cards keep both cards (%s)', async (mode) => {
    const { world, index } = await synchronized(20);
    give(world, 'p1', 'c17');
    give(world, 'p17', 'c1');
    // The page of p1 has read that it gives c1 up, and ends after the page of p17 has taken it.
    world.tap = async ({ subject }) => {
      if (subject === 'card c17') for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    };

    const result = await sync(world, index, mode);

    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(writes(world).sort()).toEqual(['update card c1', 'update card c17']);
    // Both count as yielded: neither is a candidate of the next sweep.
    expect(index.marks('entries:card').count).toBe(20);
    expect(actualContent(world)).toEqual(expectedContent(world));
  });
});

describe('a card that two people have', () => {
  test.each([
    ['walked first', 'p1', 'p17'],
    ['walked last', 'p17', 'p1'],
  ] as const)(
    'stays in one piece while an unchanged owner and a claimant who is %s are in flight',
    async (_, claimant, owner) => {
      const { world, index } = await synchronized(20);
      const card = `c${owner.slice(1)}`;
      give(world, claimant, card);
      slowWrites(world, 30);

      const result = await sync(world, index, 'delta');

      expect(result).toMatchObject({ outcome: 'incomplete', reason: 'rejected', rejectedCount: 1 });
      expect(result.rejected[0]).toMatchObject({ type: 'card', key: card, because: 'conflict' });
      expect(world.entities('card').filter(({ key }) => key === card)).toHaveLength(1);
      expect(world.createdTwice).toEqual([]);
      world.requests.length = 0;
      await sync(world, index, 'delta');
      expect(writes(world)).toEqual([]);
    },
  );

  describe.each(['full', 'delta'] as Mode[])('is forgotten as a conflict in a %s run', (mode) => {
    test.each([
      ['the loser gets another card', (world: World) => give(world, 'p17', 'c17')],
      ['the loser has none', (world: World) => give(world, 'p17', null)],
      ['the loser leaves', (world: World) => world.drop('person', 'p17')],
      ['the owner gets another card', (world: World) => give(world, 'p1', 'c-new')],
      ['the owner leaves', (world: World) => world.drop('person', 'p1')],
    ])('when %s', async (_, settle) => {
      const { world, index } = await synchronized(20);
      give(world, 'p17', 'c1');
      for (const again of ['delta', 'delta'] as const) {
        expect(await sync(world, index, again)).toMatchObject({ reason: 'rejected', rejectedCount: 1 });
      }
      settle(world);

      const result = await sync(world, index, mode);

      expect(result).toMatchObject({ outcome: 'succeeded', rejectedCount: 0 });
      expect(actualContent(world)).toEqual(expectedContent(world));
    });
  });
});

describe('a row that the source shows on two pages', () => {
  /** Shows the first three people of a page on the next page as well. */
  function repeating(source: Source): Source {
    return {
      ...source,
      async walk(kind, cursor, signal) {
        const page = await source.walk(kind, cursor, signal);
        if (kind !== 'person' || typeof cursor !== 'number') return page;
        const before = await source.walk(kind, cursor === 4 ? null : cursor - 4, signal);
        return { ...page, records: [...before.records.slice(1), ...page.records] };
      },
    };
  }

  test('is created once although the pages are applied side by side, and counts once', async () => {
    const world = populated(20);
    slowWrites(world, 30);

    const result = await sync(world, createMemoryIndex(), 'full', { source: repeating(world.source) });

    expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 42 } });
    expect({ twice: world.createdTwice, rewritten: world.equalRewrites }).toEqual({ twice: [], rewritten: [] });
  });
});

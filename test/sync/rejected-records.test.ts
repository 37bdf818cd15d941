/** Rejected records: how many a success may have, when each is offered again, and what people may do about them. */
import { describe, expect, test } from 'vitest';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { dropRejected, listRejected, retryRejected } from '../../src/sync/rejected.ts';
import { actualContent, coded, expectedContent, testMapping, type World } from './world.ts';
import { populated, sync } from './world-runs.ts';

const minute = 60_000;

/** Refuses every write of these entities; answers the offers it has got. */
function refusing(world: World, ...subjects: string[]): string[] {
  const offers: string[] = [];
  world.tap = ({ name, subject, at }) => {
    if (at !== 'before' || !/create|update/.test(name) || !subjects.includes(subject)) return;
    offers.push(subject);
    throw coded('SW_REFUSED', 'no');
  };
  return offers;
}

const sides = ({ source, target, clock }: World, index: EntityIndex) => ({
  source,
  target,
  clock,
  index,
  mapping: testMapping,
  signal: new AbortController().signal,
});

describe('a share of rejected records that is allowed', () => {
  test('is left out of the proof, is named, and does not stand against success', async () => {
    const world = populated(20);
    refusing(world, 'card c3');

    const result = await sync(world, createMemoryIndex(), 'full', { limits: { rejectedShareMax: 0.05 } });

    expect(result).toMatchObject({ outcome: 'succeeded', rejectedCount: 1 });
    expect(result.proof.types.map(({ type, rejected }) => [type, rejected])).toEqual([
      ['group', 0],
      ['person', 0],
      ['card', 1],
    ]);
  });

  test('is exceeded by one more', async () => {
    const world = populated(20);
    refusing(world, 'card c3', 'card c4');

    const result = await sync(world, createMemoryIndex(), 'full', { limits: { rejectedShareMax: 0.05 } });

    expect(result).toMatchObject({
      outcome: 'incomplete',
      reason: 'rejected',
      rejectedCount: 2,
      proof: { equal: false },
    });
  });

  test('excuses nothing else: an entity that is missing beside them is missing', async () => {
    const world = populated(20);
    const index = createMemoryIndex();
    refusing(world, 'card c3');
    await sync(world, index, 'full', { limits: { rejectedShareMax: 0.05 } });
    for (const card of world.entities('card').filter(({ key }) => key === 'c5')) world.stored.delete(card.id);

    const result = await sync(world, index, 'delta', { limits: { rejectedShareMax: 0.05, repairRoundsMax: 0 } });

    expect(result.outcome).toBe('incomplete');
    expect(result.proof.types.find(({ type }) => type === 'card')?.missing).toEqual(['c5']);
  });

  test('excuses an entity that is in the target with older content', async () => {
    const world = populated(20);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.put('person', 'p3', { name: 'refused', groups: ['g1'], card: 'c3' });
    refusing(world, 'person p3');

    const result = await sync(world, index, 'delta', { limits: { rejectedShareMax: 0.05 } });

    expect(result.written.deleted).toBe(0);
    expect(world.entities('person')).toHaveLength(20);
    expect(result).toMatchObject({ outcome: 'succeeded', rejectedCount: 1 });
  });
});

describe('the clock of a refused record', () => {
  test('it is not offered before its time, offered after it, and waits twice as long after each refusal', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    const offers = refusing(world, 'person p3');
    await sync(world, index, 'full');

    const pauses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const before = offers.length;
      const start = world.clock.now();
      while (offers.length === before) {
        world.skip(minute);
        await sync(world, index, 'delta');
      }
      pauses.push(Math.round((world.clock.now() - start) / minute));
    }

    expect(pauses).toEqual([15, 30, 60, 120]);
    expect(offers).toHaveLength(5);
  });

  test('waits no longer than its bound', async () => {
    const world = populated(3);
    const index = createMemoryIndex();
    const offers = refusing(world, 'person p1');
    const more = { limits: { rejectedRetry: { initialMs: minute, maxMs: 2 * minute } } };
    await sync(world, index, 'full', more);

    for (let round = 0; round < 5; round += 1) {
      world.skip(2 * minute);
      await sync(world, index, 'delta', more);
    }

    expect(offers).toHaveLength(6);
  });

  test('other content is offered at once', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    const offers = refusing(world, 'person p3');
    await sync(world, index, 'full');
    world.put('person', 'p3', { name: 'mended', groups: ['g1'], card: 'c3' });

    await sync(world, index, 'delta');

    expect(offers).toHaveLength(2);
  });
});

describe('people', () => {
  test('may have a record offered again before its time', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    refusing(world, 'person p3');
    await sync(world, index, 'full');
    world.tap = () => {};

    const tried = await retryRejected({ ...sides(world, index), refs: 'all' });

    expect(tried).toEqual({ count: 2 });
    expect(await listRejected({ index, limit: 10 })).toMatchObject({ rejected: [], next: null, count: 0 });
    expect(actualContent(world)).toEqual(expectedContent(world));
    expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded' });
  });

  test('may have only one of them offered', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    refusing(world, 'card c1', 'card c2');
    await sync(world, index, 'full');
    const offers = refusing(world, 'card c1', 'card c2');

    await retryRejected({ ...sides(world, index), refs: [{ type: 'card', key: 'c2' }] });

    expect(offers).toEqual(['card c2']);
  });

  test('see every one of them once, page by page', async () => {
    const world = populated(7);
    const index = createMemoryIndex();
    const cards = Array.from({ length: 7 }, (_, at) => `card c${at}`);
    refusing(world, ...cards);
    await sync(world, index, 'full');

    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listRejected>> = await listRejected({ index, limit: 3, after });
      expect(page.count).toBe(7);
      seen.push(...page.rejected.map(({ type, key }) => `${type} ${key}`));
      after = page.next;
    } while (after !== null);

    expect(seen.sort()).toEqual(cards);
  });

  test('may forget one; it comes back with the next run that the target refuses it in', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    refusing(world, 'card c1');
    await sync(world, index, 'full');

    expect(
      await dropRejected({
        index,
        refs: [
          { type: 'card', key: 'c1' },
          { type: 'card', key: 'none' },
        ],
      }),
    ).toEqual({ count: 1 });
    expect(await listRejected({ index, limit: 10 })).toMatchObject({ count: 0 });
    expect(await sync(world, index, 'delta')).toMatchObject({ reason: 'rejected', rejectedCount: 1 });
  });
});

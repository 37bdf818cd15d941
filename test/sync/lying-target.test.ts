/** A target that lies: what it says of a write is not what it has done, and what it lists is not what it has. */
import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/connectors/connector.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { rebuildIndex } from '../../src/sync/rebuild.ts';
import { retryRejected } from '../../src/sync/rejected.ts';
import { actualContent, coded, expectedContent, testMapping, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

const day = 24 * 60 * 60 * 1000;

/** Throws in place of the answer, once for each of these requests. */
function answerOnce(world: World, code: Parameters<typeof coded>[0], requests: readonly string[]): void {
  const left = new Set(requests);
  world.tap = ({ name, subject, at }) => {
    if (at === 'after' && left.delete(`${name} ${subject}`)) throw coded(code);
  };
}

function expectUnharmed(world: World): void {
  expect(actualContent(world)).toEqual(expectedContent(world));
  expect({ rewritten: world.equalRewrites, twice: world.createdTwice }).toEqual({ rewritten: [], twice: [] });
}

describe.each(['full', 'delta'] as const)('a target (the run after is %s) that', (mode) => {
  test.each([
    ['answers after the deadline', 'SW_TIMEOUT'],
    ['dies after it has done the work', 'SW_UNREACHABLE'],
    ['fails after it has done the work', 'SW_SERVER_FAILED'],
  ] as const)('%s is asked before anything is written again', async (_, code) => {
    for (const request of ['create group g2', 'create person p5', 'create card c5']) {
      const world = populated(10);
      const index = createMemoryIndex();
      answerOnce(world, code, [request]);
      await expect(sync(world, index, 'full')).rejects.toMatchObject({ code });

      expect(await sync(world, index, mode)).toMatchObject({ outcome: 'succeeded' });
      expectUnharmed(world);
    }
  });

  test('answers an update late has it done once', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.put('person', 'p5', { name: 'renamed', groups: ['g2'], card: 'c5' });
    answerOnce(world, 'SW_TIMEOUT', ['update person p5']);
    await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_TIMEOUT' });

    expect(await sync(world, index, mode)).toMatchObject({ outcome: 'succeeded' });
    expect(writes(world).filter((request) => request === 'update person p5')).toHaveLength(1);
    expectUnharmed(world);
  });

  test('refuses a creation although it has done it is looked at before it is offered again', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    answerOnce(world, 'SW_REFUSED', ['create person p5', 'create card c7']);

    const first = await sync(world, index, 'full');
    world.skip(day);
    const second = await sync(world, index, mode);

    expect([first.reason, second.outcome]).toEqual(['rejected', 'succeeded']);
    expectUnharmed(world);
  });

  test('refuses an update although it has done it is not made to do it twice', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.put('person', 'p5', { name: 'renamed', groups: ['g2'], card: 'c5' });
    answerOnce(world, 'SW_REFUSED', ['update person p5']);

    const first = await sync(world, index, 'delta');
    world.skip(day);
    const second = await sync(world, index, mode);

    expect([first.reason, second.outcome]).toEqual(['rejected', 'succeeded']);
    expectUnharmed(world);
  });

  test('refuses a delete although it has done it ends in equality', async () => {
    const world = populated(40);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.drop('person', 'p5');
    answerOnce(world, 'SW_REFUSED', ['remove card c5', 'remove person p5']);

    await sync(world, index, 'delta');
    world.skip(day);
    const second = await sync(world, index, mode);

    expect(second).toMatchObject({ outcome: 'succeeded', rejectedCount: 0 });
    expectUnharmed(world);
  });

  test('creates an entity twice for one request has the second one removed', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    const target: Target = {
      ...world.target,
      async create(entity, signal) {
        const id = await world.target.create(entity, signal);
        if (entity.key === 'p5') world.plant(entity);
        return id;
      },
    };

    const first = await sync(world, index, 'full', { target });
    const second = await sync(world, index, mode, { target });

    expect([first.outcome, second.outcome]).toEqual(['succeeded', 'succeeded']);
    expect(first.written).toMatchObject({ duplicatesRemoved: 1 });
    expectUnharmed(world);
  });

  test('refuses to give up a duplicate keeps it, and the run says so to its end', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const [first] = world.entities('person');
    if (first) world.plant(first);
    world.tap = ({ name, at }) => {
      if (name === 'remove' && at === 'before') throw coded('SW_REFUSED');
    };

    const refused = await sync(world, index, mode);
    world.tap = () => {};
    const allowed = await sync(world, index, mode);

    expect(refused).toMatchObject({ outcome: 'incomplete', written: { duplicatesRemoved: 0 } });
    expect(refused.decisions.map(({ what }) => what)).toContainEqual(expect.stringContaining('kept the duplicate'));
    expect(allowed).toMatchObject({ outcome: 'succeeded', written: { duplicatesRemoved: 1 } });
    expectUnharmed(world);
  });

  test('refuses to give up what an interrupted create has made twice keeps it, and the run goes on', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    world.tap = ({ name, subject, at }) => {
      if (name !== 'create' || subject !== 'person p5' || at !== 'after') return;
      const made = world.entities('person').find(({ key }) => key === 'p5');
      if (made) world.plant(made);
      throw coded('SW_TIMEOUT');
    };
    await expect(sync(world, index, 'full')).rejects.toMatchObject({ code: 'SW_TIMEOUT' });
    world.tap = ({ name, at }) => {
      if (name === 'remove' && at === 'before') throw coded('SW_REFUSED');
    };

    const refused = await sync(world, index, mode);
    world.tap = () => {};
    const allowed = await sync(world, index, mode);

    expect(refused).toMatchObject({ outcome: 'incomplete', written: { duplicatesRemoved: 0 } });
    expect(allowed).toMatchObject({ outcome: 'succeeded' });
    expectUnharmed(world);
  });

  test('lists short, without a failure, is believed in nothing: no second entity, nothing deleted, and no success', async () => {
    const world = populated(12);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    const target: Target = {
      ...world.target,
      async list(type, cursor, signal) {
        const page = await world.target.list(type, cursor, signal);
        return type === 'person' && cursor !== null ? { ...page, next: null, entities: [] } : page;
      },
    };

    const result = await sync(world, index, mode, { target });

    expect(result.outcome).toBe('incomplete');
    expect(world.createdTwice).toEqual([]);
    expect(writes(world).filter((request) => request.startsWith('remove'))).toEqual([]);
    expect(await sync(world, index, 'full')).toMatchObject({ outcome: 'succeeded' });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test.each(['was lost', 'is read back'])(
    'lists short while the index %s is looked at before each create',
    async (how) => {
      const world = populated(12);
      await sync(world, createMemoryIndex(), 'full');
      world.requests.length = 0;
      const index = createMemoryIndex();
      const target: Target = {
        ...world.target,
        async list(type, cursor, signal) {
          const page = await world.target.list(type, cursor, signal);
          return type === 'person' && cursor !== null ? { ...page, next: null, entities: [] } : page;
        },
      };
      const { signal } = new AbortController();
      if (how === 'is read back') await rebuildIndex({ ...world, target, index, mapping: testMapping, signal });

      await sync(world, index, mode, { target });

      expect(world.createdTwice).toEqual([]);
      expect(writes(world)).toEqual([]);
      expect(await sync(world, index, 'full')).toMatchObject({ outcome: 'succeeded' });
      world.put('person', 'p99', { name: 'new', groups: [] });
      world.requests.length = 0;
      await sync(world, index, 'delta');
      expect(world.requests.filter((request) => request.startsWith('find'))).toEqual([]);
      expect(actualContent(world)).toEqual(expectedContent(world));
    },
  );

  test('lists an entity twice has it counted once, and not removed', async () => {
    const world = populated(12);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    const target: Target = {
      ...world.target,
      async list(type, cursor, signal) {
        const page = await world.target.list(type, cursor, signal);
        return { ...page, entities: [...page.entities, ...page.entities] };
      },
    };

    const result = await sync(world, index, mode, { target });

    expect(result).toMatchObject({ outcome: 'succeeded', written: { duplicatesRemoved: 0, adopted: 0 } });
    expect(result.proof.types.map(({ target: { count } }) => count)).toEqual([2, 12, 12]);
    expect(writes(world)).toEqual([]);
  });

  test('loses an entity right after it was created has it created again', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    let lost = false;
    world.tap = ({ name, subject, at }) => {
      if (lost || name !== 'list' || subject !== 'card' || at !== 'before' || world.entities('card').length === 0)
        return;
      lost = true;
      const card = world.entities('card').find(({ key }) => key === 'c5');
      world.stored.delete(card?.id ?? '');
    };

    const first = await sync(world, index, 'full');
    const second = await sync(world, index, mode);

    expect([lost, first.outcome, second.outcome]).toEqual([true, 'succeeded', 'succeeded']);
    expect(actualContent(world)).toEqual(expectedContent(world));
  });
});

test('a target that refuses a creation although it has done it is looked at also when a person has it offered again', async () => {
  const world = populated(10);
  const index = createMemoryIndex();
  answerOnce(world, 'SW_REFUSED', ['create person p5']);
  await sync(world, index, 'full');

  const { source, target, clock } = world;
  await retryRejected({
    source,
    target,
    clock,
    index,
    mapping: testMapping,
    signal: new AbortController().signal,
    refs: 'all',
  });

  expect(await sync(world, index, 'delta')).toMatchObject({ outcome: 'succeeded' });
  expectUnharmed(world);
});

/** A run has one owner at a time: nobody is refused because of a dead one, and a dead one cannot come back. */
import { describe, expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { acquired, leaseMs, renewed, takeOver } from '../../src/sync/lease.ts';
import { collect } from './entity-index.contract.ts';
import { actualContent, coded, expectedContent, type World } from './world.ts';
import { populated, sync } from './world-runs.ts';

/** Stops the run at its nth create until it is let go. */
function heldAt(world: World, nth: number): { readonly reached: Promise<void>; readonly letGo: () => void } {
  let creates = 0;
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    world.tap = async ({ name, at }) => {
      if (name !== 'create' || at !== 'before') return;
      creates += 1;
      if (creates !== nth) return;
      resolve();
      await gate;
    };
  });
  return { reached, letGo };
}

/** A run whose process is killed at a request: nothing of it goes through any more. */
async function killedAt(world: World, index: EntityIndex, request: string, owner: string): Promise<void> {
  let isKilled = false;
  const tap = () => {
    if (isKilled) throw coded('SW_UNREACHABLE', 'a killed process');
  };
  world.tap = ({ name, subject }) => {
    isKilled ||= `${name} ${subject}` === request;
    tap();
  };
  const commit: EntityIndex['commit'] = async (changes) => {
    tap();
    await index.commit(changes);
  };
  await sync(world, { ...index, commit }, 'full', { owner }).catch(() => {});
  world.tap = () => {};
}

/** Everything that the index holds, but for what only a run under way knows. */
async function contentOf(index: EntityIndex): Promise<unknown> {
  const entries = await Promise.all(['group', 'person', 'card'].map((type) => collect(index.entries(type))));
  const records = await Promise.all(['group', 'person'].map((kind) => collect(index.records(kind))));
  return { checkpoint: await index.checkpoint(), entries, records, intents: await collect(index.intents()) };
}

describe('a second owner', () => {
  test('is refused while the first one lives, and told who that is', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    const { reached, letGo } = heldAt(world, 5);
    const claims = new Claims();
    const first = sync(world, index, 'full', { owner: 'host-a:1', claims });
    await reached;

    await expect(sync(world, index, 'full', { owner: 'host-b:2', claims })).rejects.toMatchObject({
      code: 'SW_RUN_LEASED',
      message: expect.stringContaining('host-a:1'),
    });
    letGo();
    expect(await first).toMatchObject({ outcome: 'succeeded' });
  });

  test('goes on from the checkpoint as soon as the lease of a dead one has run out', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await killedAt(world, index, 'create person p6', 'dead');
    const until = (await index.checkpoint())?.lease?.until ?? 0;

    world.skip(until - world.clock.now() - 1000);
    await expect(sync(world, index, 'full', { owner: 'alive' })).rejects.toMatchObject({ code: 'SW_RUN_LEASED' });
    world.skip(1001);

    expect(await sync(world, index, 'full', { owner: 'alive' })).toMatchObject({ outcome: 'succeeded', resumed: true });
    expect(actualContent(world)).toEqual(expectedContent(world));
    expect(world.createdTwice).toEqual([]);
  });

  test('waits for a dead one no longer than a lease holds, also when the clock was set back by a day', () => {
    const dead = acquired(null, 'host', 86_400_000);
    const now = 1_000;

    expect(acquired(dead, 'another', now)).toEqual({ owner: 'another', fence: dead.fence + 1, until: now + leaseMs });
    expect(() => acquired(dead, 'another', 86_400_000 - 1)).not.toThrow();
    expect(() => acquired(dead, 'another', 86_400_000)).toThrow(expect.objectContaining({ code: 'SW_RUN_LEASED' }));
  });

  test('has free way at once after a run that was interrupted and could say so', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    world.tap = ({ name, subject }) => {
      if (name === 'create' && subject === 'person p6') throw coded('SW_UNREACHABLE');
    };
    await sync(world, index, 'full', { owner: 'one' }).catch(() => {});
    world.tap = () => {};

    expect(await sync(world, index, 'full', { owner: 'two' })).toMatchObject({ outcome: 'succeeded', resumed: true });
  });

  test('has free way after a run that came to its end', async () => {
    const world = populated(3);
    const index = createMemoryIndex();
    await sync(world, index, 'full', { owner: 'one' });

    expect((await index.checkpoint())?.lease).toBeNull();
    expect(await sync(world, index, 'full', { owner: 'two' })).toMatchObject({ outcome: 'succeeded' });
  });
});

/** A clock whose timers fire when the test says so. */
function manualTimers(world: World): {
  readonly clock: World['clock'];
  readonly waiting: Set<() => void>;
  fire(): void;
} {
  const waiting = new Set<() => void>();
  const schedule: World['clock']['schedule'] = (_delayMs, callback) => {
    waiting.add(callback);
    return () => void waiting.delete(callback);
  };
  return {
    clock: { ...world.clock, schedule },
    waiting,
    fire() {
      for (const callback of [...waiting]) {
        waiting.delete(callback);
        callback();
      }
    },
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe('the lease of a run', () => {
  test('is renewed while one request takes longer than it would hold', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    const claims = new Claims();
    const { clock, waiting, fire } = manualTimers(world);
    const { reached, letGo } = heldAt(world, 5);
    const first = sync(world, index, 'full', { owner: 'slow', claims, clock });
    await reached;
    for (let at = 0; at < 6; at += 1) {
      world.skip(leaseMs / 3);
      fire();
      await turns(20);
    }

    await expect(sync(world, index, 'full', { owner: 'other', claims })).rejects.toMatchObject({
      code: 'SW_RUN_LEASED',
    });
    letGo();
    expect(await first).toMatchObject({ outcome: 'succeeded' });
    expect(waiting.size).toBe(0);
  });

  test('is not renewed any more once the run has failed, also when a renewal was under way', async () => {
    const world = populated(10);
    const { clock, waiting, fire } = manualTimers(world);
    const index = createMemoryIndex();
    let renewed = () => {};
    let isRenewing = false;
    const gate = new Promise<void>((resolve) => {
      renewed = resolve;
    });
    const slow: EntityIndex = {
      ...index,
      async commit(changes) {
        if (isRenewing) await gate;
        await index.commit(changes);
      },
    };
    world.tap = async ({ name, subject }) => {
      if (name !== 'walk' || subject !== 'person null') return;
      isRenewing = true;
      fire();
      await turns(20);
      throw coded('SW_UNREACHABLE');
    };
    const running = sync(world, slow, 'full', { clock });
    void running.catch(() => {});
    await turns(500);

    renewed();
    await expect(running).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    await turns(50);

    expect(waiting.size).toBe(0);
    expect((await index.checkpoint())?.lease).toBeNull();
  });
});

describe('a run that was taken over', () => {
  test('fails at its next commit and has written nothing more to the index; the next one goes on from there', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    const claims = new Claims();
    const { reached, letGo } = heldAt(world, 5);
    const running = sync(world, index, 'full', { owner: 'hung', claims });
    await reached;

    expect(await takeOver({ index, by: 'a person', claims })).toEqual({ from: 'hung' });
    const before = await contentOf(index);
    letGo();
    await expect(running).rejects.toMatchObject({ code: 'SW_RUN_LEASED' });

    expect(await contentOf(index)).toEqual(before);
    const result = await sync(world, index, 'full', { owner: 'next', claims });
    expect(result).toMatchObject({ outcome: 'succeeded', resumed: true });
    expect(actualContent(world)).toEqual(expectedContent(world));
    expect({ twice: world.createdTwice, rewritten: world.equalRewrites }).toEqual({ twice: [], rewritten: [] });
  });

  test('writes nothing to the target after the page that it was at', async () => {
    const world = populated(40);
    const index = createMemoryIndex();
    const claims = new Claims();
    const { reached, letGo } = heldAt(world, 3);
    const running = sync(world, index, 'full', { owner: 'hung', claims, limits: { pagesInFlightMax: 1 } });
    await reached;
    await takeOver({ index, by: 'a person', claims });

    letGo();
    await running.catch(() => {});

    expect(world.stored.size).toBeLessThanOrEqual(2 + 8);
  });

  test('nobody is taken over where nobody runs', async () => {
    expect(await takeOver({ index: createMemoryIndex(), by: 'a person' })).toEqual({ from: null });
  });

  test('cannot come back after others have begun and ended: its number is never given again', async () => {
    const now = 1_000_000;
    const first = acquired(null, 'host', now);
    const second = acquired(first, 'host', now + leaseMs + 1);
    // The second run has come to its end and given its lease back.
    const third = acquired(null, 'host', now + 2 * leaseMs);

    expect(second.fence).toBeGreaterThan(first.fence);
    expect(() => renewed(third, first, now + 2 * leaseMs)).toThrow(expect.objectContaining({ code: 'SW_RUN_LEASED' }));
  });
});

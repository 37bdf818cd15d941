/**
 * A run that settles what an interrupted one has left reads the target; a request for one entity may write that entity
 * meanwhile. What the run then notes must not be what it has read before: the index would be wrong about the target, or
 * forget an intent whose write is under way.
 */
import { expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronizeEntity } from '../../src/sync/on-demand.ts';
import type { Mode } from '../../src/sync/run-result.ts';
import { actualContent, coded, expectedContent, testMapping } from './world.ts';
import { populated, sync } from './world-runs.ts';

test.each<[string, Mode]>([
  ['settles an intent', 'delta'],
  ['reads the target back', 'full'],
])('an entity that is asked for while a run %s is written once', async (_, mode) => {
  const world = populated(10);
  const index = createMemoryIndex();
  const claims = new Claims();
  await sync(world, index, 'full');
  world.put('person', 'p1', { name: 'new', groups: ['g1'], card: 'c1' });
  if (mode === 'delta') {
    world.tap = ({ name }) => {
      if (name === 'update') throw coded('SW_TIMEOUT');
    };
    await sync(world, index, 'delta').catch(() => {});
  }
  let asked: Promise<unknown> | null = null;
  world.tap = async ({ name, subject, at }) => {
    if (asked !== null || at !== 'after' || name !== 'read' || subject !== 'person') return;
    const sides = { source: world.source, target: world.target, mapping: testMapping, index, clock: world.clock };
    asked = synchronizeEntity({ ...sides, claims, signal: new AbortController().signal, kind: 'person', key: 'p1' });
    // As long as it needs when nobody makes it wait.
    for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
  };

  const result = await sync(world, index, mode, { claims });
  await asked;

  expect(asked).not.toBeNull();
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(actualContent(world)).toEqual(expectedContent(world));
  expect({ rewritten: world.equalRewrites, twice: world.createdTwice }).toEqual({ rewritten: [], twice: [] });
});

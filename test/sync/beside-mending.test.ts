/**
 * An entity that a proof has found to be wrong may be put right by a request for it before the run comes to mend it: what
 * the proof has seen is then no longer so, and must not make a second equal write, or a second entity.
 */
import { expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronizeEntity } from '../../src/sync/on-demand.ts';
import { actualContent, expectedContent, testMapping, type World } from './world.ts';
import { populated, sync } from './world-runs.ts';

test.each([
  [
    'tampered with',
    (world: World, id: string) => world.stored.set(id, { ...entityOf(world, id), fields: { name: 'x' } }),
  ],
  ['deleted', (world: World, id: string) => world.stored.delete(id)],
])('an entity that was %s is written once', async (_, harm) => {
  const world = populated(10);
  const index = createMemoryIndex();
  const claims = new Claims();
  await sync(world, index, 'full');
  harm(world, world.entities('person').find(({ key }) => key === 'p1')?.id ?? '');
  world.requests.length = 0;
  let asked = false;
  world.tap = async ({ name, subject, at }) => {
    if (asked || name !== 'get' || subject !== 'person p1' || at !== 'after') return;
    asked = true;
    const sides = { source: world.source, target: world.target, mapping: testMapping, index, clock: world.clock };
    await synchronizeEntity({ ...sides, claims, signal: new AbortController().signal, kind: 'person', key: 'p1' });
  };

  const result = await sync(world, index, 'delta', { claims });

  expect(asked).toBe(true);
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(actualContent(world)).toEqual(expectedContent(world));
  expect({ rewritten: world.equalRewrites, twice: world.createdTwice }).toEqual({ rewritten: [], twice: [] });
});

function entityOf(world: World, id: string) {
  const entity = world.stored.get(id);
  if (entity === undefined) throw new Error(`there is no entity ${id}`);
  return entity;
}

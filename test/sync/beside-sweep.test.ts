/**
 * A sweep has looked at a person who is no longer eligible; before it deletes, he is again, and a request for him has
 * brought him over. What is deleted is decided by what is so while nobody else works on it.
 */
import { expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronizeEntity } from '../../src/sync/on-demand.ts';
import { actualContent, expectedContent, testMapping } from './world.ts';
import { populated, sync } from './world-runs.ts';

test('an entity that is brought over during the sweep is not deleted by it', async () => {
  const world = populated(30);
  const index = createMemoryIndex();
  const claims = new Claims();
  await sync(world, index, 'full');
  const value = { name: 'P3', groups: ['g1'] };
  world.put('person', 'p3', { ...value, disabled: true });
  const id = world.entities('person').find(({ key }) => key === 'p3')?.id;
  const sides = { source: world.source, target: world.target, mapping: testMapping, index, clock: world.clock };
  let asked = false;
  world.tap = async ({ name, subject, at }) => {
    if (asked || name !== 'get' || subject !== 'person p3' || at !== 'after') return;
    asked = true;
    // The answer is on its way; what happens now, nobody has told the sweep.
    queueMicrotask(() => world.put('person', 'p3', value));
    void Promise.resolve().then(() =>
      synchronizeEntity({ ...sides, claims, signal: new AbortController().signal, kind: 'person', key: 'p3' }),
    );
  };

  const result = await sync(world, index, 'delta', { claims, limits: { deleteShareMax: 1 } });

  expect(asked).toBe(true);
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(world.entities('person').find(({ key }) => key === 'p3')?.id).toBe(id);
  expect(actualContent(world)).toEqual(expectedContent(world));
});

/**
 * Two records that yield one entity are named as long as they do. Whoever has it may be brought over again, alone: by a
 * request for him, or because a source that tells only changes has named him. The other one is not asked then, and must
 * not be forgotten, or the run succeeds although one of the two has no card.
 */
import { expect, test } from 'vitest';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronizeEntity } from '../../src/sync/on-demand.ts';
import { testMapping } from './world.ts';
import { populated, sync } from './world-runs.ts';

test('the one who has lost is still named when the other one is brought over again', async () => {
  const world = populated(10);
  const index = createMemoryIndex();
  world.put('person', 'p9', { name: 'P9', groups: [], card: 'c1' });
  await sync(world, index, 'full');
  world.put('person', 'p1', { name: 'renamed', groups: ['g1'], card: 'c1' });

  const { source, target, clock } = world;
  const sides = { source, target, clock, mapping: testMapping, index, signal: new AbortController().signal };
  await synchronizeEntity({ ...sides, kind: 'person', key: 'p1' });

  const [row] = await index.lookupRejected([{ type: 'card', key: 'c1' }]);
  expect(row).toMatchObject({ because: 'conflict', origin: { kind: 'person', key: 'p9' } });
});

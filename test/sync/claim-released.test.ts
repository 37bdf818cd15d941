/** A request for one entity that fails at the disk must not keep its record from everybody who comes after it. */
import { expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronizeEntity } from '../../src/sync/on-demand.ts';
import { coded, testMapping } from './world.ts';
import { populated, sync } from './world-runs.ts';

test.each([1, 2, 3, 4])('a request whose commit number %i fails leaves nothing claimed', async (failing) => {
  const world = populated(4);
  const index = createMemoryIndex();
  const claims = new Claims();
  await sync(world, index, 'full', { claims });
  world.put('person', 'p1', { name: 'other', groups: ['g1'], card: 'c1' });
  let commits = 0;
  const ill = {
    ...index,
    commit: (changes: Parameters<typeof index.commit>[0]) => {
      commits += 1;
      return commits === failing ? Promise.reject(coded('SW_STORE_FAILED')) : index.commit(changes);
    },
  };
  const sides = { source: world.source, target: world.target, mapping: testMapping, clock: world.clock, claims };
  const signal = new AbortController().signal;
  const asked = synchronizeEntity({ ...sides, index: ill, signal, kind: 'person', key: 'p1' });
  await asked.catch((error: unknown) => expect(error).toMatchObject({ code: 'SW_STORE_FAILED' }));

  expect(claims.size).toBe(0);
  expect(await sync(world, index, 'delta', { claims })).toMatchObject({ outcome: 'succeeded' });
});

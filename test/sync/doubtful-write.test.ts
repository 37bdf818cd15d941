/**
 * A request for one entity ends after its write was done, because the answer is lost; a run under way has settled all
 * intents already and comes to the same entity. It must look before it writes: the content is there, or the entity is.
 */
import { expect, test } from 'vitest';
import { Claims } from '../../src/sync/claims.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronizeEntity } from '../../src/sync/on-demand.ts';
import { actualContent, coded, expectedContent, testMapping } from './world.ts';
import { populated, sync } from './world-runs.ts';

test.each([
  ['changed', 'p9', 'update'],
  ['new', 'p99', 'create'],
])('a %s entity whose answer was lost beside a run is not written again by it', async (_, key, write) => {
  const world = populated(10);
  const index = createMemoryIndex();
  const claims = new Claims();
  await sync(world, index, 'full');
  world.put('person', key, { name: 'other', groups: ['g1'] });
  const sides = { source: world.source, target: world.target, mapping: testMapping, index, clock: world.clock };
  let asked = false;
  let lost = false;
  world.tap = async ({ name, subject, at }) => {
    if (name === write && subject === `person ${key}` && at === 'after' && !lost) {
      lost = true;
      throw coded('SW_TIMEOUT');
    }
    if (asked || name !== 'walk' || !subject.startsWith('person') || at !== 'before') return;
    asked = true;
    await synchronizeEntity({ ...sides, claims, signal: new AbortController().signal, kind: 'person', key }).catch(
      () => {},
    );
  };

  const result = await sync(world, index, 'delta', { claims, limits: { deleteShareMax: 1 } });

  expect(lost).toBe(true);
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(actualContent(world)).toEqual(expectedContent(world));
  expect({ rewritten: world.equalRewrites, twice: world.createdTwice }).toEqual({ rewritten: [], twice: [] });
});

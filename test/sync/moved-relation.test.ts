/**
 * A card names its owner by the id in the target. The owner was deleted behind our back and is created anew under another
 * id, so that the card is written although nothing about it has changed: that, too, must have been noted before it is done.
 */
import { expect, test } from 'vitest';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { actualContent, coded, expectedContent, type World } from './world.ts';
import { populated, sync } from './world-runs.ts';

const lose = (world: World, type: string, key: string) =>
  world.stored.delete(world.entities(type).find((entity) => entity.key === key)?.id ?? '');

test.each([
  ['updated', 'update', []],
  ['created anew', 'create', ['card']],
])('a card that is %s with its owner and whose answer was lost is not written again', async (_, write, lostToo) => {
  const world = populated(3);
  const index = createMemoryIndex();
  await sync(world, index, 'full');
  world.put('person', 'p1', { name: 'other', groups: ['g1'], card: 'c1' });
  lose(world, 'person', 'p1');
  for (const type of lostToo) lose(world, type, 'c1');
  let lost = 0;
  world.tap = ({ name, subject, at }) => {
    if (name !== write || subject !== 'card c1' || at !== 'after' || lost > 0) return;
    lost += 1;
    throw coded('SW_TIMEOUT');
  };
  await expect(sync(world, index, 'delta')).rejects.toMatchObject({ code: 'SW_TIMEOUT' });

  const result = await sync(world, index, 'delta');

  expect(lost).toBe(1);
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(actualContent(world)).toEqual(expectedContent(world));
  expect({ rewritten: world.equalRewrites, twice: world.createdTwice }).toEqual({ rewritten: [], twice: [] });
});

/**
 * A rejected record whose person has left the source is forgotten, also while another one stays rejected: a site with one
 * record that nobody mends would else name people for ever who are long gone, and keep a row for each.
 */
import { expect, test } from 'vitest';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { coded } from './world.ts';
import { populated, sync } from './world-runs.ts';

test.each(['delta', 'full'] as const)(
  'a %s run forgets who is gone while another record stays rejected',
  async (mode) => {
    const world = populated(10);
    const index = createMemoryIndex();
    world.tap = ({ name, subject }) => {
      if (name === 'create' && ['person p3', 'person p4'].includes(subject)) throw coded('SW_REFUSED', 'no');
    };
    await sync(world, index, 'full');
    world.drop('person', 'p3');

    const { rejected } = await sync(world, index, mode);

    expect(rejected.map(({ type, key }) => `${type} ${key}`).sort()).toEqual(['card c4', 'person p4']);
  },
);

/** A sampled proof reads a part of the target back, another one each time: after all parts, everything was looked at. */
import { describe, expect, test } from 'vitest';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { populated, sync } from './world-runs.ts';

const sampled = { depth: 'sampled', limits: { sampleShare: 0.25 } } as const;

describe('sampled proofs', () => {
  test('read every entity once in as many proofs as there are parts, and say which part it was', async () => {
    const world = populated(40);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const read: string[] = [];
    const target: typeof world.target = {
      ...world.target,
      read(type, ids, signal) {
        read.push(...ids);
        return world.target.read(type, ids, signal);
      },
    };

    const parts = [];
    for (let at = 0; at < 4; at += 1)
      parts.push((await sync(world, index, 'delta', { ...sampled, target })).proof.sample);

    expect(parts).toEqual([0, 1, 2, 3].map((part) => ({ part, of: 4 })));
    expect(read.sort()).toEqual([...world.stored.keys()].sort());
  });

  test('catch and mend content that somebody has changed, within that many proofs', async () => {
    for (const tampered of ['p0', 'p7', 'p23']) {
      const world = populated(40);
      const index = createMemoryIndex();
      await sync(world, index, 'full');
      const person = world.entities('person').find(({ key }) => key === tampered);
      if (person) world.stored.set(person.id, { ...person, fields: { name: 'tampered' } });

      const updated: number[] = [];
      for (let at = 0; at < 4; at += 1) {
        const result = await sync(world, index, 'delta', sampled);
        expect(result).toMatchObject({ outcome: 'succeeded', proof: { depth: 'sampled' } });
        updated.push(result.written.updated);
      }

      expect(updated.reduce((sum, one) => sum + one)).toBe(1);
      expect(world.stored.get(person?.id ?? '')?.fields).toEqual(person?.fields);
    }
  });

  test('count and name everything, whatever part they read', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const [card] = world.entities('card');
    world.stored.delete(card?.id ?? '');

    const result = await sync(world, index, 'delta', sampled);

    expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 1 } });
    expect(result.proof.types.map(({ target }) => target.count)).toEqual([2, 10, 10]);
  });
});

import { describe, expect, test } from 'vitest';
import { check } from '../../src/sync/check.ts';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { testMapping, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

async function synchronized(): Promise<{ readonly world: World; readonly index: EntityIndex }> {
  const world = populated(12);
  const index = createMemoryIndex();
  await sync(world, index, 'full');
  world.requests.length = 0;
  return { world, index };
}

const checked = ({ source, target, clock }: World, index: EntityIndex, depth: 'counts' | 'content') =>
  check({ source, target, clock, index, depth, mapping: testMapping, signal: new AbortController().signal });

describe('check', () => {
  test.each(['counts', 'content'] as const)('finds equal sides equal by %s, and writes nothing', async (depth) => {
    const { world, index } = await synchronized();
    const commits: unknown[] = [];
    const watched = { ...index, commit: async (changes: unknown) => void commits.push(changes) };
    expect(await checked(world, watched, depth)).toMatchObject({ equal: true, depth });
    expect([...writes(world), ...commits]).toEqual([]);
  });

  test.each(['counts', 'content'] as const)('names what is missing and what is too much by %s', async (depth) => {
    const { world, index } = await synchronized();
    world.put('person', 'p50', { name: 'new', groups: [] });
    world.drop('person', 'p1');
    const [card] = world.entities('card');
    world.stored.delete(card?.id ?? '');
    const proof = await checked(world, index, depth);
    expect(proof.equal).toBe(false);
    expect(proof.types.map(({ type, missing, surplus }) => ({ type, missing, surplus }))).toEqual([
      { type: 'group', missing: [], surplus: [] },
      { type: 'person', missing: ['p50'], surplus: ['p1'] },
      { type: 'card', missing: ['c0'], surplus: ['c1'] },
    ]);
  });

  test.each(['counts', 'content'] as const)(
    'reads the target while the source is still being read by %s',
    async (depth) => {
      const { world, index } = await synchronized();
      await checked(world, index, depth);
      const isSource = (request: string) => /^(walk|keys)/.test(request);
      const lastOfSource = world.requests.map(isSource).lastIndexOf(true);
      expect(world.requests.slice(0, lastOfSource)).toContain('list group');
    },
  );

  test('notices content that changed in the source since the last run', async () => {
    const { world, index } = await synchronized();
    world.put('person', 'p1', { name: 'new', groups: ['g1'], card: 'c1' });
    expect((await checked(world, index, 'content')).types[1]).toMatchObject({ equal: false, different: ['p1'] });
    expect(await checked(world, index, 'counts')).toMatchObject({ equal: true });
  });

  test('notices content that changed in the target since the last run', async () => {
    const { world, index } = await synchronized();
    const [person] = world.entities('person');
    if (person) world.stored.set(person.id, { ...person, fields: { name: 'tampered' } });
    expect((await checked(world, index, 'content')).types[1]).toMatchObject({ equal: false, different: ['p0'] });
  });

  test.each(['counts', 'content'] as const)('needs no index to compare by %s', async (depth) => {
    const { world } = await synchronized();
    expect(await checked(world, createMemoryIndex(), depth)).toMatchObject({ equal: true });
    world.drop('person', 'p1');
    expect(await checked(world, createMemoryIndex(), depth)).toMatchObject({ equal: false });
  });

  test('counts what is not eligible as absent', async () => {
    const { world, index } = await synchronized();
    world.put('person', 'p60', { disabled: true });
    expect(await checked(world, index, 'counts')).toMatchObject({ equal: true });
  });

  test('names a bounded number of keys and the whole number of them', async () => {
    const { world, index } = await synchronized();
    for (let at = 0; at < 40; at += 1) world.plant({ type: 'group', key: `x${at}`, fields: {}, refs: {} });
    const [group] = (await checked(world, index, 'counts')).types;
    expect(group?.surplus).toHaveLength(20);
    expect(group?.found.surplus).toBe(40);
  });
});

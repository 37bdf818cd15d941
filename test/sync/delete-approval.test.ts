/** What a person has to say before masses are deleted, and what no approval is asked for because nothing is believed. */
import { describe, expect, test } from 'vitest';
import type { Source } from '../../src/connectors/connector.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { actualContent, expectedContent } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

/** Shows the first groups and people only, in lists and when it is asked for one record. */
function blinded(source: Source, isVisible: (key: string) => boolean): Source {
  return {
    ...source,
    async walk(kind, cursor, signal) {
      const page = await source.walk(kind, cursor, signal);
      return { ...page, records: page.records.filter(({ key }) => isVisible(key)) };
    },
    async *keys(kind, signal) {
      for await (const keys of source.keys(kind, signal)) yield keys.filter(isVisible);
    },
    get: async (kind, key, signal) => (isVisible(key) ? source.get(kind, key, signal) : null),
  };
}

describe('a person who has approved', () => {
  test('has more deleted than the guard allows, once', async () => {
    const world = populated(60);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    for (let at = 0; at < 50; at += 1) world.drop('person', `p${at}`);
    const stopped = await sync(world, index, 'delta');

    const approved = await sync(world, index, 'delta', { approveDeletes: true });

    expect([stopped.reason, stopped.written.deleted]).toEqual(['delete-guard', 0]);
    expect(approved).toMatchObject({ outcome: 'succeeded', written: { deleted: 100 } });
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('may have a kind emptied', async () => {
    const world = populated(5);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    for (let at = 0; at < 5; at += 1) world.drop('person', `p${at}`);

    expect(await sync(world, index, 'delta')).toMatchObject({ reason: 'empty-source', written: { deleted: 0 } });
    expect(await sync(world, index, 'delta', { approveDeletes: true })).toMatchObject({ outcome: 'succeeded' });
    expect(world.entities('person')).toEqual([]);
  });

  test('still has nothing deleted that the source shows when it is asked', async () => {
    const world = populated(60);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    const hiding = blinded(world.source, (key) => !/^p[1-4]/.test(key));
    const source: Source = { ...hiding, get: world.source.get };

    await sync(world, index, 'delta', { source, approveDeletes: true });

    expect(writes(world)).toEqual([]);
  });
});

describe('an operator who has lost a privilege', () => {
  test('who sees fewer records, and none when he asks for one, has nothing deleted', async () => {
    const world = populated(60);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    const hidden = blinded(world.source, (key) => key !== 'p59' && key !== 'p58');
    const source: Source = {
      ...hidden,
      get: async (kind, key, signal) => (kind === 'person' ? null : world.source.get(kind, key, signal)),
    };

    const result = await sync(world, index, 'delta', { source });

    expect(result).toMatchObject({ outcome: 'incomplete', reason: 'visibility', written: { deleted: 0 } });
    expect(writes(world)).toEqual([]);
  });

  test('who sees the others as before has deleted what is gone', async () => {
    const world = populated(60);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    const source = blinded(world.source, (key) => key !== 'p59');

    expect(await sync(world, index, 'delta', { source })).toMatchObject({
      outcome: 'succeeded',
      written: { deleted: 2 },
    });
  });
});

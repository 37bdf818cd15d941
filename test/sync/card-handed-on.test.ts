/**
 * A card is given to somebody else, and a source that tells only changes names the new holder before the old one. For a
 * moment two people have the card; then the one who was there first no longer has it. To delete it in the target and to
 * create it again, under another id, would shut a door for a person who may go through it.
 */
import { expect, test } from 'vitest';
import type { TargetEntity } from '../../src/connectors/connector.ts';
import { RecordedMap } from '../../src/connectors/memory/recorded-map.ts';
import { createMemorySource } from '../../src/connectors/memory/source.ts';
import { createMemoryTarget } from '../../src/connectors/memory/target.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronize } from '../../src/sync/run.ts';
import { createWorld, testMapping } from './world.ts';

test('a card that changes hands is changed, not deleted and created again', async () => {
  const group = new RecordedMap([['g1', { name: 'G1' }]]);
  const person = new RecordedMap(
    Array.from({ length: 30 }, (_, at) => [`p${at}`, { name: 'P', groups: ['g1'], card: `c${at}` }] as const),
  );
  const entities = { group: new Map<string, TargetEntity>(), person: new Map(), card: new Map<string, TargetEntity>() };
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const index = createMemoryIndex();
  const sides = {
    source: createMemorySource({ records: { group, person } }),
    target: createMemoryTarget({ entities, newId }),
    mapping: testMapping,
    index,
    signal: new AbortController().signal,
  };
  const run = () =>
    synchronize({ ...sides, clock: createWorld().clock, runId: 'run', mode: 'delta', report: () => {} });
  await run();
  const idOf = (key: string) => [...entities.card].find(([, entity]) => entity.key === key)?.[0];
  const before = idOf('c1');

  person.set('joiner', { name: 'J', groups: ['g1'], card: 'c1' });
  person.set('p1', { name: 'P', groups: ['g1'] });
  const result = await run();

  expect(result).toMatchObject({ outcome: 'succeeded', rejectedCount: 0, written: { deleted: 0 } });
  expect(idOf('c1')).toBe(before);
});

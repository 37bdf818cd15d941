/** What a synchronization does when nothing goes wrong, and what it refuses to begin. */
import { describe, expect, test } from 'vitest';
import type { TargetEntity } from '../../src/connectors/connector.ts';
import { createMemorySource } from '../../src/connectors/memory/source.ts';
import { createMemoryTarget } from '../../src/connectors/memory/target.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronize } from '../../src/sync/run.ts';
import { runReportSchema, runResultSchema } from '../../src/sync/run-result.ts';
import { actualContent, createWorld, expectedContent, testMapping, type World } from './world.ts';
import { populated, sync, writes } from './world-runs.ts';

describe('a synchronization', () => {
  test('brings an empty target to proven equality, in dependency order', async () => {
    const world = populated(10);
    const result = await sync(world, createMemoryIndex(), 'full');
    expect(result).toMatchObject({ outcome: 'succeeded', reason: null, resumed: false, proof: { equal: true } });
    expect(result.written).toMatchObject({ created: 22, updated: 0, deleted: 0, adopted: 0 });
    expect(actualContent(world)).toEqual(expectedContent(world));
    expect(result.proof.types.map(({ type, source, target }) => [type, source.count, target.count])).toEqual([
      ['group', 2, 2],
      ['person', 10, 10],
      ['card', 10, 10],
    ]);
    for (const { source, target } of result.proof.types) expect(source.digest).toBe(target.digest);
  });

  test.each(['full', 'delta'] as const)('a second %s run writes nothing', async (mode) => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    const result = await sync(world, index, mode);
    expect(writes(world)).toEqual([]);
    expect(result.written).toMatchObject({ created: 0, updated: 0, deleted: 0, unchanged: 22 });
  });

  test('writes exactly what changed', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    world.put('person', 'p3', { name: 'new', groups: ['g1'], card: 'c3' });
    world.put('person', 'p99', { name: 'joined', groups: [] });
    world.drop('person', 'p5');
    const result = await sync(world, index, 'delta');
    expect(writes(world)).toEqual(['update person p3', 'create person p99', 'remove card c5', 'remove person p5']);
    expect(result.outcome).toBe('succeeded');
    expect(actualContent(world)).toEqual(expectedContent(world));
  });

  test('a person who becomes ineligible loses person and card, dependents first', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    world.put('person', 'p5', { disabled: true });
    expect((await sync(world, index, 'delta')).outcome).toBe('succeeded');
    expect(writes(world)).toEqual(['remove card c5', 'remove person p5']);
  });

  test('a new first card replaces the old one', async () => {
    const world = populated(10);
    const index = createMemoryIndex();
    await sync(world, index, 'full');
    world.requests.length = 0;
    world.put('person', 'p5', { name: 'P5', groups: ['g1'], card: 'c-new' });
    expect((await sync(world, index, 'delta')).outcome).toBe('succeeded');
    expect(writes(world)).toEqual(['create card c-new', 'remove card c5']);
  });

  test('a full run notices what was changed, deleted or added in the target, a delta run repairs it after its proof', async () => {
    for (const mode of ['full', 'delta'] as const) {
      const world = populated(30);
      const index = createMemoryIndex();
      await sync(world, index, 'full');
      tamper(world);
      const result = await sync(world, index, mode);
      expect(result).toMatchObject({ outcome: 'succeeded', proof: { equal: true } });
      expect(actualContent(world)).toEqual(expectedContent(world));
    }
  });

  test('reports its phases in order, and progress that ends at the total', async () => {
    const world = populated(10);
    const reports: unknown[] = [];
    await sync(world, createMemoryIndex(), 'full', { report: (report) => reports.push(runReportSchema.parse(report)) });
    const phases = reports.flatMap((report) => (isPhase(report) ? [report.phase] : []));
    expect(phases).toEqual(['preflight', 'inventory', 'transferring', 'sweeping', 'proving']);
    expect(reports).toContainEqual({ kind: 'progress', type: 'card', done: 10, total: 10 });
  });

  test('answers what its schema says, as plain JSON', async () => {
    const result = await sync(populated(3), createMemoryIndex(), 'full');
    expect(runResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  test('refuses versions that do not go together before it reads anything', async () => {
    const world = populated(3);
    const compatible = () => 'plugin 3.2 needs 2.90';
    await expect(sync(world, createMemoryIndex(), 'full', { compatible })).rejects.toMatchObject({
      code: 'SW_INCOMPATIBLE',
      message: expect.stringContaining('plugin 3.2 needs 2.90'),
    });
    expect(world.requests).toEqual(['probe source', 'probe target']);
  });

  test('runs between the connectors in memory', async () => {
    const people = new Map<string, JsonObject>();
    for (let at = 0; at < 250; at += 1) people.set(`p${at}`, { name: `N${at}`, groups: ['g1'], card: `c${at}` });
    const records = { group: new Map<string, JsonObject>([['g1', { name: 'G' }]]), person: people };
    const entities = { group: new Map(), person: new Map(), card: new Map<string, TargetEntity>() };
    let ids = 0;
    const newId = () => {
      ids += 1;
      return `id-${ids}`;
    };
    const options = {
      mapping: testMapping,
      source: createMemorySource({ records }),
      target: createMemoryTarget({ entities, newId }),
      index: createMemoryIndex(),
      clock: createWorld().clock,
      signal: new AbortController().signal,
      report: () => {},
    };
    const first = await synchronize({ ...options, runId: '1', mode: 'full' });
    people.set('p7', { name: 'changed', groups: [] });
    entities.person.delete('id-10');
    const second = await synchronize({ ...options, runId: '2', mode: 'delta' });
    expect([first.outcome, second.outcome]).toEqual(['succeeded', 'succeeded']);
    expect([entities.person.size, entities.card.size]).toEqual([250, 249]);
  });
});

function isPhase(report: unknown): report is { phase: string } {
  return typeof report === 'object' && report !== null && 'phase' in report;
}

/** Changes one person, deletes another's card, and adds a marked person that the source does not have. */
function tamper(world: World): void {
  const [first] = world.entities('person');
  if (first) world.stored.set(first.id, { ...first, fields: { name: 'tampered' } });
  const [card] = world.entities('card');
  if (card) world.stored.delete(card.id);
  world.plant({ type: 'person', key: 'stranger', fields: {}, refs: {} });
}

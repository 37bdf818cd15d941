/** A source that tells what has changed is not walked again; where its word does not hold, it is. */
import { describe, expect, test } from 'vitest';
import type { TargetEntity } from '../../src/connectors/connector.ts';
import { RecordedMap } from '../../src/connectors/memory/recorded-map.ts';
import { createMemorySource } from '../../src/connectors/memory/source.ts';
import { createMemoryTarget } from '../../src/connectors/memory/target.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import type { Mapping } from '../../src/sync/mapping.ts';
import { synchronize } from '../../src/sync/run.ts';
import type { Mode } from '../../src/sync/run-result.ts';
import { coded, createWorld, testMapping } from './world.ts';

function site(changesMax = 1_000) {
  const group = new RecordedMap([['g1', { name: 'G1' }]], { changesMax });
  const people = Array.from({ length: 250 }, (_, at): [string, JsonObject] => [
    `p${at}`,
    { name: `P${at}`, groups: ['g1'], card: `c${at}` },
  ]);
  const person = new RecordedMap(people, { changesMax });
  const asked: string[] = [];
  let fails: string | null = null;
  const source = createMemorySource({
    records: { group, person },
    interceptor: ({ call, when, of }) => {
      if (when !== 'before') return;
      asked.push(`${call} ${of ?? ''}`);
      if (fails === call && of === 'person') throw coded('SW_UNREACHABLE');
    },
  });
  const entities = { group: new Map<string, TargetEntity>(), person: new Map(), card: new Map() };
  let ids = 0;
  const target = createMemoryTarget({
    entities,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  });
  const index = createMemoryIndex();
  const run = async (mode: Mode, mapping: Mapping = testMapping) => {
    asked.length = 0;
    const { clock } = createWorld();
    const { signal } = new AbortController();
    return await synchronize({ runId: mode, mode, source, target, mapping, index, clock, signal, report: () => {} });
  };
  const failOn = (call: string | null) => {
    fails = call;
  };
  return { group, person, entities, asked, run, failOn };
}

describe('a source with a change feed', () => {
  test('is walked once; then only what it names is read', async () => {
    const { person, entities, asked, run } = site();
    await run('delta');
    person.set('p7', { name: 'changed', groups: ['g1'], card: 'c7' });
    person.set('new', { name: 'joined', groups: [] });
    person.delete('p9');

    const result = await run('delta');

    expect(asked.filter((call) => call.startsWith('walk'))).toEqual([]);
    expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 1, updated: 1, deleted: 2 } });
    expect([entities.person.size, entities.card.size]).toEqual([250, 249]);
  });

  test('tells what changed while it was walked: nothing is missed', async () => {
    const { person, entities, run, asked } = site();
    const first = run('delta');
    person.set('p249', { name: 'changed meanwhile', groups: ['g1'], card: 'c249' });
    await first;

    await run('delta');

    expect(asked.filter((call) => call.startsWith('walk'))).toEqual([]);
    const fields = [...entities.person.values()].map((entity: TargetEntity) => entity.fields['name']);
    expect(fields).toContain('changed meanwhile');
  });

  test('is walked in a full run', async () => {
    const { asked, run } = site();
    await run('delta');
    await run('full');
    expect(asked).toContain('walk person');
  });

  test('is walked when it no longer knows the bookmark', async () => {
    const { person, asked, run } = site(2);
    await run('delta');
    for (let at = 0; at < 5; at += 1) person.set(`p${at}`, { name: 'changed', groups: ['g1'], card: `c${at}` });

    const result = await run('delta');

    expect(asked).toContain('walk person');
    expect(result).toMatchObject({ outcome: 'succeeded', written: { updated: 5 } });
  });

  test('is walked under another mapping: its rules are for every record', async () => {
    const { asked, run } = site();
    await run('delta');
    const result = await run('delta', { ...testMapping, id: 'test@2' });
    expect(asked).toContain('walk person');
    expect(result.outcome).toBe('succeeded');
  });

  test('is walked after a walk that broke off: half a walk is nothing to add to', async () => {
    const { run, failOn, asked } = site();
    await run('delta');
    failOn('walk');
    await expect(run('full')).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    failOn(null);

    const result = await run('delta');

    expect(asked).toContain('walk person');
    expect(result).toMatchObject({ outcome: 'succeeded', written: { created: 0, updated: 0, deleted: 0 } });
  });

  test('goes on from the last page that was dealt with when it fails', async () => {
    const { person, run, failOn } = site();
    await run('delta');
    person.set('p7', { name: 'changed', groups: ['g1'], card: 'c7' });
    failOn('changes');
    await expect(run('delta')).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
    failOn(null);

    expect(await run('delta')).toMatchObject({ outcome: 'succeeded', written: { updated: 1 } });
  });
});

/** The in-memory source and target: both contracts, and the two instants at which an operation can be broken off. */
import { describe, expect, test } from 'vitest';
import type { TargetEntity } from '../../../src/connectors/connector.ts';
import type { Operation } from '../../../src/connectors/memory/interceptor.ts';
import { RecordedMap } from '../../../src/connectors/memory/recorded-map.ts';
import { createMemorySource } from '../../../src/connectors/memory/source.ts';
import { createMemoryTarget, type MemoryTargetOptions } from '../../../src/connectors/memory/target.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { describeSource, describeTarget, walkAll } from '../../../src/testing/index.ts';

const { signal } = new AbortController();

function people(count: number): Map<string, JsonObject> {
  return new Map(
    Array.from({ length: count }, (_, index) => [`p${index}`, { name: `Person ${index}`, tags: [index] }]),
  );
}

function targetOf(options: Partial<MemoryTargetOptions> = {}) {
  let last = 0;
  const entities = { person: new Map<string, TargetEntity>(), group: new Map<string, TargetEntity>() };
  const newId = () => `id-${++last}`;
  return { entities, target: createMemoryTarget({ entities, newId, ...options }) };
}

const person = (key: string, name: string, groups: readonly string[] = []): TargetEntity => ({
  type: 'person',
  key,
  fields: { name },
  refs: { groups },
});

describeSource('the memory source', async () => {
  const records = { person: people(7), group: new Map([['g1', { name: 'Visitors' }]]) };
  const open = () => createMemorySource({ records, pageSize: 3 });
  return {
    source: open(),
    reopen: async () => open(),
    kinds: ['person', 'group'],
    keys: async (kind) => [...(kind === 'person' ? records.person : records.group).keys()],
    absentKey: 'p999',
    close: async () => {},
  };
});

describeSource('the memory source over recorded maps', async () => {
  const records = { person: new RecordedMap(people(7)), group: new RecordedMap([['g1', { name: 'Visitors' }]]) };
  const open = () => createMemorySource({ records, pageSize: 3 });
  return {
    source: open(),
    reopen: async () => open(),
    kinds: ['person', 'group'],
    keys: async (kind) => [...(kind === 'person' ? records.person : records.group).keys()],
    absentKey: 'p999',
    change: async () => {
      records.person.set('p5', { name: 'Renamed' });
      return 'p5';
    },
    remove: async () => {
      records.person.delete('p2');
      return 'p2';
    },
    close: async () => {},
  };
});

describeTarget('the memory target', async () => ({
  target: targetOf({ pageSize: 3 }).target,
  types: ['person', 'group'],
  entity: (type, key, text, refs = []) => ({ type, key, fields: { name: text }, refs: { groups: refs } }),
  close: async () => {},
}));

describe('the memory source', () => {
  test('shows what changes in the maps, and neither repeats nor skips what stays', async () => {
    const records = { person: people(6) };
    const source = createMemorySource({ records, pageSize: 2 });
    const page = await source.walk('person', null, signal);

    records.person.delete('p0');
    records.person.set('p9', { name: 'New' });
    const rest = await walkAll(source, 'person', page.next);

    const keys = [...page.records, ...rest.records].map(({ key }) => key);
    expect(keys).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p9']);
  });

  test('gives copies: what the caller does to a record does not reach the map', async () => {
    const records = { person: people(1) };
    const source = createMemorySource({ records });

    const record = await source.get('person', 'p0', signal);
    Object.assign(record?.value ?? {}, { name: 'Changed' });

    expect(records.person.get('p0')).toMatchObject({ name: 'Person 0' });
  });
});

describe('breaking off an operation of the memory target', () => {
  const breakAt = (when: Operation['when']) => (operation: Operation) => {
    if (operation.call !== 'probe' && operation.when === when) throw new Error('the line went dead');
  };

  test('before its effect: nothing has happened', async () => {
    const { target, entities } = targetOf({ interceptor: breakAt('before') });
    entities.person.set('id-0', person('1', 'Anna'));

    await expect(target.create(person('2', 'Berta'), signal)).rejects.toThrow('the line went dead');
    await expect(target.update('id-0', person('1', 'Clara'), signal)).rejects.toThrow('the line went dead');
    await expect(target.remove('person', 'id-0', signal)).rejects.toThrow('the line went dead');

    expect([...entities.person]).toEqual([['id-0', person('1', 'Anna')]]);
  });

  test('after its effect: the work is done though the answer is lost', async () => {
    const { target, entities } = targetOf({ interceptor: breakAt('after') });
    entities.person.set('id-0', person('0', 'Anna'));

    await expect(target.create(person('1', 'Berta'), signal)).rejects.toThrow('the line went dead');
    await expect(target.remove('person', 'id-0', signal)).rejects.toThrow('the line went dead');

    expect([...entities.person]).toEqual([['id-1', person('1', 'Berta')]]);
  });

  test('an interceptor sees each operation twice, with what it is about', async () => {
    const seen: Operation[] = [];
    const { target } = targetOf({ interceptor: (operation) => void seen.push(operation) });

    const id = await target.create(person('1', 'Anna'), signal);
    await target.remove('person', id, signal);

    expect(seen).toEqual([
      { call: 'create', when: 'before', of: 'person', subject: '1' },
      { call: 'create', when: 'after', of: 'person', subject: '1' },
      { call: 'remove', when: 'before', of: 'person', subject: 'id-1' },
      { call: 'remove', when: 'after', of: 'person', subject: 'id-1' },
    ]);
  });

  test('a signal that aborts while the interceptor waits stops the effect', async () => {
    const abort = new AbortController();
    const { target, entities } = targetOf({ interceptor: () => abort.abort(new Error('cancelled')) });

    await expect(target.create(person('1', 'Anna'), abort.signal)).rejects.toThrow('cancelled');

    expect(entities.person.size).toBe(0);
  });
});

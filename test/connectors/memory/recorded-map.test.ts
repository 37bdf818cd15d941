/** The change feed of records in memory: nothing is missed, whatever the owner of the map does in between. */
import { describe, expect, test } from 'vitest';
import { RecordedMap } from '../../../src/connectors/memory/recorded-map.ts';
import { createMemorySource } from '../../../src/connectors/memory/source.ts';
import type { JsonObject } from '../../../src/core/json.ts';

const { signal } = new AbortController();
const named = (name: string): JsonObject => ({ name });
const mapOf = (...keys: string[]) => new RecordedMap(keys.map((key) => [key, named(key)] as const));

describe('a recorded map', () => {
  test('does not take its first entries for changes', () => {
    const map = mapOf('a', 'b');

    expect([...map.keys()]).toEqual(['a', 'b']);
    expect(map.changedSince(map.changedSince(null, 10).next, 10).keys).toEqual([]);
  });

  test('names a key that has changed often once, at its newest change', () => {
    const map = mapOf('a', 'b');
    const { next } = map.changedSince(null, 10);

    map.set('a', named('1')).set('b', named('2')).set('a', named('3'));

    expect(map.changedSince(next, 10).keys).toEqual(['b', 'a']);
  });

  test('gives changes page by page, and what changes in between after them', () => {
    const map = mapOf('a', 'b', 'c');
    const { next } = map.changedSince(null, 10);
    for (const key of ['a', 'b', 'c']) map.set(key, named('new'));

    const first = map.changedSince(next, 2);
    map.set('a', named('newer'));
    const second = map.changedSince(first.next, 2);

    expect(first).toMatchObject({ keys: ['a', 'b'], more: true });
    expect(second).toMatchObject({ keys: ['c', 'a'], more: false });
  });

  test('a removal of what is not there is no change; clearing removes every key', () => {
    const map = mapOf('a', 'b');
    const { next } = map.changedSince(null, 10);

    map.delete('z');
    expect(map.changedSince(next, 10).keys).toEqual([]);

    map.clear();
    expect(map.changedSince(next, 10).keys).toEqual(['a', 'b']);
  });

  test('asks for a whole walk when more has changed than is remembered, and not a change earlier', () => {
    const map = new RecordedMap([], { changesMax: 2 });
    const { next } = map.changedSince(null, 10);

    map.set('a', named('1')).set('b', named('1'));
    expect(map.changedSince(next, 10)).toMatchObject({ keys: ['a', 'b'], refreshRequired: false });

    map.set('c', named('1'));
    expect(map.changedSince(next, 10)).toMatchObject({ keys: [], refreshRequired: true, more: false });
  });

  test('does not know a bookmark of an earlier life, though it counts as far', () => {
    const earlier = mapOf('a');
    earlier.set('a', named('1'));
    const map = mapOf('a');
    map.set('a', named('2')).set('a', named('3'));

    expect(map.changedSince(earlier.changedSince(null, 10).next, 10).refreshRequired).toBe(true);
  });
});

test('a source over plain maps, or over some of each, has no change feed', () => {
  const plain = createMemorySource({ records: { person: new Map([['a', named('a')]]), group: mapOf('g') } });

  expect(plain.capabilities).toMatchObject({ changeFeed: 'none', tombstones: 'none' });
  expect(plain.changes).toBeUndefined();
});

test('a key that was removed and set again is a change, never both', async () => {
  const person = mapOf('a');
  const source = createMemorySource({ records: { person } });
  const bookmark = await source.changes?.('person', null, signal);

  person.delete('a');
  person.set('a', named('again'));
  const page = await source.changes?.('person', bookmark?.next ?? null, signal);

  expect(page).toMatchObject({ changed: [{ key: 'a', value: { name: 'again' } }], removed: [] });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entityHash, refsOf, resolve } from '../../src/sync/map.ts';
import type { MappedEntity } from '../../src/sync/mapping.ts';

const person: MappedEntity = {
  type: 'person',
  key: 'p1',
  fields: { name: 'A' },
  refs: {
    groups: [
      { type: 'group', key: 'b' },
      { type: 'group', key: 'a' },
      { type: 'group', key: 'b' },
    ],
  },
};
const ids: Record<string, string> = { a: 'id-1', b: 'id-0' };

describe('resolve', () => {
  test('turns relations into sorted target ids, each once', () => {
    const resolved = resolve(person, ({ key }) => ids[key]);
    expect(resolved).toMatchObject({ entity: { refs: { groups: ['id-0', 'id-1'] } } });
  });

  test('names the relation that has no target id', () => {
    const resolved = resolve(person, ({ key }) => (key === 'a' ? undefined : ids[key]));
    expect(resolved).toEqual({ unresolved: { type: 'group', key: 'a' } });
  });

  test('leaves an optional relation out when it has no target id', () => {
    const optional = {
      ...person,
      refs: {
        groups: [
          { type: 'group', key: 'gone', optional: true },
          { type: 'group', key: 'a' },
        ],
      },
    };

    expect(resolve(optional, ({ key }) => ids[key])).toMatchObject({ entity: { refs: { groups: ['id-1'] } } });
  });
});

describe('entityHash', () => {
  test('takes an empty relation and a relation that is not named for the same', () => {
    const bare = { type: 'person', key: 'p1', fields: {}, refs: {} };
    expect(entityHash({ ...bare, refs: { groups: [] } })).toBe(entityHash(bare));
  });

  test('does not depend on the order of fields or ids', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
        fc.uniqueArray(fc.string({ minLength: 1 })),
        (fields, groups) => {
          const shuffled = Object.fromEntries(Object.entries(fields).reverse());
          const one = entityHash({ type: 't', key: 'k', fields, refs: { groups } });
          expect(entityHash({ type: 't', key: 'k', fields: shuffled, refs: { groups: groups.toReversed() } })).toBe(
            one,
          );
        },
      ),
    );
  });

  test.each([
    ['type', { type: 'x' }],
    ['key', { key: 'x' }],
    ['a field', { fields: { name: 'B' } }],
    ['a relation', { refs: { groups: ['id-9'] } }],
  ])('depends on %s', (_, change) => {
    const entity = { type: 'person', key: 'p1', fields: { name: 'A' }, refs: { groups: ['id-1'] } };
    expect(entityHash({ ...entity, ...change })).not.toBe(entityHash(entity));
  });
});

test('refsOf names each relation once', () => {
  expect(refsOf([person, person])).toEqual([
    { type: 'group', key: 'b' },
    { type: 'group', key: 'a' },
  ]);
});

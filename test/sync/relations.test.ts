/** A record is passed over only while nothing has changed that its entities depend on, and is not compared for less. */
import { describe, expect, test } from 'vitest';
import type { MappedEntity, Mapping } from '../../src/sync/mapping.ts';
import {
  type Changed,
  epochsAfter,
  fingerprint,
  kindsAffected,
  printSeed,
  relationsWith,
} from '../../src/sync/relations.ts';

const mapping: Mapping = { id: 'test@1', steps: [] };
const relations = { person: { group: 'optional', site: 'required' }, visit: { person: 'required' } } as const;
const known = { relations, epochs: {} };
const changed = (type: string, how: Changed['how']): Changed => ({ type, key: 'k', how });

/** The kinds whose seed is another one after the change. */
function kindsCompared(...all: readonly Changed[]): string[] {
  const after = { relations, epochs: epochsAfter(all, known) };
  return ['person', 'visit', 'site', 'group'].filter(
    (kind) => printSeed(mapping, kind, after) !== printSeed(mapping, kind, known),
  );
}

describe('what makes the records of a kind be compared', () => {
  test.each([
    ['an entity that is referred to optionally is created', changed('group', 'created'), ['person']],
    ['an entity that is referred to optionally comes under another id', changed('group', 'moved'), ['person']],
    ['an entity that is referred to optionally goes', changed('group', 'gone'), ['person']],
    ['an entity that is required comes under another id', changed('site', 'moved'), ['person']],
    ['an entity that is required goes', changed('site', 'gone'), ['person']],
    ['an entity of the next kind moves', changed('person', 'moved'), ['visit']],
  ])('%s', (_, change, kinds) => {
    expect(kindsCompared(change)).toEqual(kinds);
    expect(kindsAffected([change], relations)).toEqual(kinds);
  });

  test.each([
    ['an entity that is required is created: whoever needs it was rejected', changed('site', 'created')],
    ['an entity that nobody refers to changes', changed('visit', 'moved')],
    ['an entity of an unknown type goes', changed('lift', 'gone')],
  ])('not that %s', (_, change) => {
    expect(kindsCompared(change)).toEqual([]);
    expect(kindsAffected([change], relations)).toEqual([]);
    expect(epochsAfter([change], known)).toBe(known.epochs);
  });

  test('many changes of one type count once, and later ones again', () => {
    const once = epochsAfter([changed('group', 'gone'), changed('group', 'moved')], known);
    const twice = epochsAfter([changed('group', 'created')], { relations, epochs: once });

    expect([once, twice]).toEqual([{ group: 1 }, { group: 2 }]);
  });

  test('another mapping', () => {
    expect(printSeed({ ...mapping, id: 'test@2' }, 'person', known)).not.toBe(printSeed(mapping, 'person', known));
  });

  test('a relation of the kind that was not known before, and not its order', () => {
    const more = { ...known, relations: { person: { site: 'required', group: 'optional' } } } as const;
    const fewer = { ...known, relations: { person: { site: 'required' } } } as const;

    expect(printSeed(mapping, 'person', more)).toBe(printSeed(mapping, 'person', known));
    expect(printSeed(mapping, 'person', fewer)).not.toBe(printSeed(mapping, 'person', known));
  });
});

describe('the fingerprint of a record', () => {
  test('is sixteen bytes, of the content, or of the version where the source has one', () => {
    expect(fingerprint('s', { value: { a: 1 } })).toHaveLength(16);
    expect(fingerprint('s', { value: { a: 1 } })).not.toBe(fingerprint('s', { value: { a: 2 } }));
    expect(fingerprint('s', { value: { a: 1 }, version: 'v1' })).toBe(
      fingerprint('s', { value: { a: 2 }, version: 'v1' }),
    );
    expect(fingerprint('s', { value: {}, version: 'v1' })).not.toBe(fingerprint('s', { value: {}, version: 'v2' }));
  });

  test('depends on what it begins with', () => {
    expect(fingerprint('s', { value: {} })).not.toBe(fingerprint('t', { value: {} }));
  });
});

describe('the relations of a kind', () => {
  const person = (refs: MappedEntity['refs']): MappedEntity => ({ type: 'person', key: 'p1', fields: {}, refs });
  const card: MappedEntity = { type: 'card', key: 'c1', fields: {}, refs: { owner: [{ type: 'person', key: 'p1' }] } };

  test('are learned from what the records refer to; the weaker way counts', () => {
    const required = relationsWith({}, 'person', [person({ in: [{ type: 'group', key: 'g' }] })]);
    const optional = relationsWith(required, 'person', [person({ in: [{ type: 'group', key: 'g', optional: true }] })]);

    expect(required).toEqual({ person: { group: 'required' } });
    expect(optional).toEqual({ person: { group: 'optional' } });
    expect(relationsWith(optional, 'person', [person({ in: [{ type: 'group', key: 'g' }] })])).toBe(optional);
  });

  test('are those between records: an owner of the same record does not count', () => {
    expect(relationsWith({}, 'person', [person({}), card])).toEqual({});
    expect(relationsWith({}, 'person', [card])).toEqual({ person: { person: 'required' } });
  });
});

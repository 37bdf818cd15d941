import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText } from '../../../src/connectors/security-center/query.ts';
import { parseQuery, QueryError } from '../../../src/simulator/security-center/query.ts';

describe('the query language', () => {
  test('reads several entities with their properties', () => {
    expect(parseQuery('entity=a1,Name,entity=LogicalId(Door,7),Guid')).toEqual([
      { op: 'entity', id: 'a1' },
      { op: 'get', property: 'Name' },
      { op: 'entity', id: 'LogicalId(Door,7)' },
      { op: 'get', property: 'Guid' },
    ]);
  });

  test('reads creation, setting, joining, leaving, clearing and calls', () => {
    expect(
      parseQuery('entity=NewEntity(Cardholder),Name=Ann,Groups@g1,Groups-g2,Groups*,Groups@{g1,g2},Format=X(1,2),Guid'),
    ).toEqual([
      { op: 'new', entityType: 'Cardholder', subType: null },
      { op: 'set', property: 'Name', value: { kind: 'text', text: 'Ann' } },
      { op: 'add', property: 'Groups', value: { kind: 'text', text: 'g1' } },
      { op: 'remove', property: 'Groups', value: { kind: 'text', text: 'g2' } },
      { op: 'clear', property: 'Groups' },
      { op: 'replace', property: 'Groups', values: ['g1', 'g2'] },
      { op: 'set', property: 'Format', value: { kind: 'call', name: 'X', args: ['1', '2'] } },
      { op: 'get', property: 'Guid' },
    ]);
  });

  test('an unescaped comma breaks the value off, as it does for a careless client', () => {
    expect(parseQuery('entity=a,Name=Smith,John').slice(1)).toEqual([
      { op: 'set', property: 'Name', value: { kind: 'text', text: 'Smith' } },
      { op: 'get', property: 'John' },
    ]);
    expect(() => parseQuery('entity=a,Name=Smith, John')).toThrow(QueryError);
  });

  test('lets several members join in one clause, and calls methods', () => {
    expect(parseQuery('entity=a,Groups@g1@g2,Go(1,b\\,c),Status.State')).toEqual([
      { op: 'entity', id: 'a' },
      { op: 'add', property: 'Groups', value: { kind: 'text', text: 'g1' } },
      { op: 'add', property: 'Groups', value: { kind: 'text', text: 'g2' } },
      { op: 'call', method: 'Go', args: ['1', 'b,c'] },
      { op: 'get', property: 'Status.State' },
    ]);
  });

  test('takes a value for a call unless a backslash stands before it', () => {
    expect(parseQuery('entity=a,Name=Foo(1\\,2),Name=\\Foo(1\\,2)').slice(1)).toEqual([
      { op: 'set', property: 'Name', value: { kind: 'call', name: 'Foo', args: ['1,2'] } },
      { op: 'set', property: 'Name', value: { kind: 'text', text: 'Foo(1,2)' } },
    ]);
  });

  test('knows a subtype, and ids in any form', () => {
    const [created, by] = parseQuery('entity=NewEntity(CustomEntity,{0A-1b}),entity={0A-1b}');
    expect(created).toEqual({ op: 'new', entityType: 'CustomEntity', subType: '{0A-1b}' });
    expect(by).toEqual({ op: 'entity', id: '{0A-1b}' });
  });

  test.each(['', '=x', ' Name', 'Name!x', 'Groups*x', 'Name=a#b', 'Name=a\\#b'])('refuses %j', (query) => {
    expect(() => parseQuery(query)).toThrow(QueryError);
  });

  test('any text comes back unchanged when its reserved characters are escaped', () => {
    // The rule as documented, written down without the connector: a backslash before each reserved character.
    const guarded = (given: string) => given.replace(/[\\,(){}@=*-]/g, '\\$&');
    const text = fc.string({ unit: 'binary', maxLength: 80 }).filter((given) => !given.includes('#'));

    fc.assert(
      fc.property(text, text, (name, description) => {
        const clauses = parseQuery(`entity=a,Name=${guarded(name)},Description=${guarded(description)},Guid`);

        expect(clauses).toEqual([
          { op: 'entity', id: 'a' },
          { op: 'set', property: 'Name', value: { kind: 'text', text: name } },
          { op: 'set', property: 'Description', value: { kind: 'text', text: description } },
          { op: 'get', property: 'Guid' },
        ]);
      }),
      { numRuns: 500 },
    );
  });

  test('whatever a connector escapes comes back unchanged', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((given) => !/[#\p{Cc}\p{Cs}]/u.test(given));

    fc.assert(
      fc.property(text, (given) => {
        const [, clause] = parseQuery(`entity=a,Name=${escapeText(given)}`);

        expect(clause).toEqual({ op: 'set', property: 'Name', value: { kind: 'text', text: given } });
      }),
      { numRuns: 500 },
    );
  });
});

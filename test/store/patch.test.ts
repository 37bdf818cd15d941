/** What the journal writes of a record is enough to make the record again, and no more than that. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { JsonWriter } from '../../src/store/journal/json-writer.ts';
import { apply, writeChanges } from '../../src/store/journal/patch.ts';
import { jsonObject, sameJson, steps } from './arbitrary-json.ts';

/** The text of the changes, and the paths of what is gone. */
function diff(before: JsonObject, after: JsonObject) {
  const writer = new JsonWriter();
  const drop: string[][] = [];
  const isChanged = writeChanges(before, after, writer, drop);
  expect(isChanged).toBe(writer.end > 0);
  return { set: writer.since(0).toString(), drop };
}

/** The patch as it is read back from the journal. */
function patchOf(before: JsonObject, after: JsonObject) {
  const { set, drop } = diff(before, after);
  return {
    ...(set !== '' && { set: JSON.parse(set) as JsonObject }),
    ...(drop.length > 0 && { drop }),
  };
}

describe('the difference between two records', () => {
  test('gives the later one when it is applied to the earlier one', () => {
    fc.assert(
      fc.property(fc.oneof(steps, fc.record({ before: jsonObject, after: jsonObject })), ({ before, after }) => {
        const text = JSON.stringify(before);

        sameJson(apply(before, patchOf(before, after)), after);

        expect(JSON.stringify(before)).toBe(text); // left alone
      }),
      { numRuns: 3_000 },
    );
  });

  test('is nothing when nothing changed, whether or not it is the same object', () => {
    fc.assert(
      fc.property(jsonObject, (before) => {
        const copy = JSON.parse(JSON.stringify(before)) as JsonObject;

        expect(diff(before, before)).toEqual({ set: '', drop: [] });
        sameJson(apply(before, {}), before);
        sameJson(apply(before, patchOf(before, copy)), before);
        expect(diff(before, copy).drop).toEqual([]);
      }),
    );
  });

  test('takes a member that is undefined for one that is absent, on both sides', () => {
    // `Json` does not name undefined; optional members of a record may hold it.
    const of = (value: unknown) => value as JsonObject;

    expect(diff(of({ a: undefined, b: 1 }), of({ b: 1, c: undefined }))).toEqual({ set: '', drop: [] });
    expect(patchOf(of({ a: 1, b: { c: 1 } }), of({ a: undefined, b: { c: undefined } }))).toEqual({
      drop: [['b', 'c'], ['a']],
    });
    expect(patchOf(of({ a: undefined }), of({ a: 1 }))).toEqual({ set: { a: 1 } });
    expect(patchOf(of({ a: undefined }), of({ a: {} }))).toEqual({ set: { a: {} } });
    expect(patchOf(of({ a: 1 }), of({ a: undefined, b: 2 }))).toEqual({ set: { b: 2 }, drop: [['a']] });
  });

  test.each([
    ['a changed member', { a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: 9, d: 3 } }, { set: { b: { c: 9 } } }],
    ['one that is gone', { a: { b: 1, c: 1 } }, { a: { c: 1 } }, { drop: [['a', 'b']] }],
    ['one in place of another', { t: { t1: {} } }, { t: { t2: {} } }, { set: { t: { t2: {} } }, drop: [['t', 't1']] }],
    ['an object that became empty', { a: { b: 1 } }, { a: {} }, { drop: [['a', 'b']] }],
    ['an empty object that is new', {}, { a: {} }, { set: { a: {} } }],
    ['an object for a word', { a: 'on' }, { a: { on: 'x' } }, { set: { a: { on: 'x' } } }],
    ['a word for an object', { a: { on: 'x' } }, { a: 'on' }, { set: { a: 'on' } }],
    ['an array for an object', { a: { 0: 1 } }, { a: [1] }, { set: { a: [1] } }],
    ['an object for an array', { a: [1] }, { a: { 0: 1 } }, { set: { a: { 0: 1 } } }],
    ['a longer array', { a: [1] }, { a: [1, 2] }, { set: { a: [1, 2] } }],
    ['null for an object', { a: { b: 1 } }, { a: null }, { set: { a: null } }],
    ['an object for null', { a: null }, { a: {} }, { set: { a: {} } }],
    ['a number for a key that looks like an index', { 1: 'a' }, { 1: 'b', 0: 'c' }, { set: { 0: 'c', 1: 'b' } }],
    [
      'a name that every object inherits',
      { constructor: 1 },
      { toString: 2 },
      { set: { toString: 2 }, drop: [['constructor']] },
    ],
  ] as [string, JsonObject, JsonObject, object][])('says of %s just that', (_, before, after, patch) => {
    expect(patchOf(before, after)).toEqual(patch);
    sameJson(apply(before, patchOf(before, after)), after);
  });

  test('holds for a member named __proto__, which changes no prototype', () => {
    const of = (text: string) => JSON.parse(text) as JsonObject;
    const texts = [
      '{}',
      '{"__proto__":1}',
      '{"__proto__":{"a":1}}',
      '{"__proto__":{"b":2}}',
      '{"__proto__":{}}',
      '{"__proto__":null}',
      '{"x":{"__proto__":{"y":[]}}}',
    ];

    for (const before of texts)
      for (const after of texts) sameJson(apply(of(before), patchOf(of(before), of(after))), of(after));
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('shares with the earlier record what it leaves alone', () => {
    const before = { kept: { deep: [1] }, changed: { kept: { x: 1 }, word: 'a' }, gone: 1 };

    const after = apply(before, { set: { changed: { word: 'b' } }, drop: [['gone']] }) as typeof before;

    expect(after).toEqual({ kept: { deep: [1] }, changed: { kept: { x: 1 }, word: 'b' } });
    expect(after.kept).toBe(before.kept);
    expect(after.changed.kept).toBe(before.changed.kept);
    expect(apply(before, {})).toBe(before);
  });

  test('does not look into parts that are the same object', () => {
    const shared = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('looked into');
      },
    }) as JsonObject;

    expect(diff({ shared, step: 1 }, { shared, step: 2 })).toEqual({ set: '{"step":2}', drop: [] });
  });

  test.each([1n, () => 1, Symbol('x')])('refuses what is no JSON: %s', (value) => {
    expect(() => diff({}, { a: value as unknown as Json })).toThrow(TypeError);
  });
});

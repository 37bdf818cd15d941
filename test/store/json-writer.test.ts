/** The journal's own writer of JSON writes what `JSON.stringify` writes, and takes back what it is told to. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { JsonWriter } from '../../src/store/journal/json-writer.ts';
import { json } from './arbitrary-json.ts';

function written(value: Json): string {
  const writer = new JsonWriter();
  writer.json(value);
  return writer.since(0).toString();
}

describe('the writer of JSON', () => {
  test('writes any value as JSON.stringify does', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(written(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 3_000 },
    );
  });

  test('writes every number as JSON.stringify does', () => {
    const power = fc.tuple(fc.nat(17), fc.integer({ min: -2, max: 2 })).map(([exponent, by]) => 10 ** exponent + by);
    const number = fc.oneof(fc.maxSafeInteger(), fc.maxSafeNat(), fc.nat(), fc.double(), power);
    fc.assert(
      fc.property(number, (value) => {
        expect(written(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 5_000 },
    );
    for (const value of [0, -0, 99_999_999, 100_000_000, Number.MAX_SAFE_INTEGER, 2 ** 53, Number.NaN, -1 / 0])
      expect(written(value)).toBe(JSON.stringify(value));
  });

  test.each([
    ['as long as a short one may be', 'x'.repeat(63)],
    ['longer', 'x'.repeat(64)],
    ['that ends with what must be escaped', `${'x'.repeat(62)}"`],
    ['of a control character', '\u007f\u0001'],
    ['of half a pair', '\ud800'],
    ['beyond the basic plane', '🚪'.repeat(20)],
  ])('writes a text %s', (_, text) => {
    expect(written([text, text])).toBe(JSON.stringify([text, text]));
    expect(written({ [text]: text })).toBe(JSON.stringify({ [text]: text }));
  });

  test('takes more memory when it needs more, and keeps what it has', () => {
    const value = Array.from({ length: 40_000 }, (_, n) => ({ n, ü: `${n}"` }));

    expect(written(value)).toBe(JSON.stringify(value));
  });

  test('writes over what was taken back', () => {
    const writer = new JsonWriter();
    writer.json('kept');
    const mark = writer.end;
    writer.json('taken back');
    writer.end = mark;
    writer.ascii(',');
    writer.json(1);

    expect(writer.since(0).toString()).toBe('"kept",1');
    expect(writer.since(mark).toString()).toBe(',1');
  });

  test.each([[undefined], [() => 1], [Symbol('s')], [1n]])('refuses what is not JSON: %s', (value) => {
    expect(() => written({ a: [value as unknown as Json] })).toThrow(TypeError);
  });
});

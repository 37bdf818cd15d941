import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../machines/backoff.ts';
import { changesBetween } from '../../src/core/changes.ts';
import { incompatibility } from '../../src/core/compatibility.ts';
import { Digest } from '../../src/core/digest.ts';
import { canonicalJson, contentHash, type Json } from '../../src/core/json.ts';

const json = fc.jsonValue().map((value) => value as Json);

describe('canonical JSON', () => {
  test('is the same for equal content in any order of keys, and reads back as the value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (object) => {
        const shuffled = Object.fromEntries(Object.entries(object).reverse());

        expect(canonicalJson(shuffled)).toBe(canonicalJson(object));
        expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });

  test('writes every text as JSON does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(canonicalJson({ [text]: [text] })).toBe(JSON.stringify({ [text]: [text] }));
      }),
    );
  });
});

describe('a digest', () => {
  const hashes = fc.uniqueArray(fc.string(), { maxLength: 20 }).map((texts) => texts.map((text) => contentHash(text)));
  const digestOf = (given: readonly string[]) => {
    const digest = new Digest();
    for (const hash of given) digest.add(hash);
    return digest;
  };

  test('does not depend on the order, and changes with any member', () => {
    fc.assert(
      fc.property(hashes, (given) => {
        expect(digestOf([...given].reverse()).hex).toBe(digestOf(given).hex);
        if (given.length > 0) expect(digestOf(given.slice(1)).hex).not.toBe(digestOf(given).hex);
        expect(digestOf(given).count).toBe(given.length);
      }),
    );
  });
});

describe('a backoff', () => {
  test('stays within its ceiling, never hammers, and is the same for the same instance', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.string(), (attempt, salt) => {
        const backoff = { initialMs: 500, maxMs: 60_000 };
        const delay = backoffMs(backoff, attempt, salt);

        expect(delay).toBe(backoffMs(backoff, attempt, salt));
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** attempt));
      }),
    );
  });
});

describe('compatibility', () => {
  const matrix = [{ source: '>=2.70 <2.91', target: '>=5.10 <5.14' }];

  test.each([
    ['2.85.0', '5.12.2.0', true],
    ['2.70', '5.10', true],
    ['2.65', '5.12', false],
    ['2.85', '6.0.1.0', false],
    [null, '5.12', true],
    [null, '6.0', false],
  ])('SiPass %s with Security Center %s', (source, target, fits) => {
    expect(incompatibility(matrix, { source, target }) === null).toBe(fits);
  });

  test('an empty matrix checks nothing', () => {
    expect(incompatibility([], { source: '1', target: '9' })).toBeNull();
  });

  test('the sentence names both versions and what goes together', () => {
    expect(incompatibility(matrix, { source: '2.85.0', target: '6.0.1.0' })).toMatch(/2\.85\.0.*6\.0\.1\.0.*>=5\.10/);
  });
});

describe('changes', () => {
  test('name the paths that differ, with both values, up to a limit', () => {
    const before = { a: 1, b: { c: [1], d: 'x' } };
    const after = { a: 1, b: { c: [1, 2], d: 'x', e: true } };

    expect(changesBetween(before, after, 10)).toEqual([
      { path: 'b.c', before: [1], after: [1, 2] },
      { path: 'b.e', before: null, after: true },
    ]);
    expect(changesBetween(before, after, 1)).toHaveLength(1);
  });
});

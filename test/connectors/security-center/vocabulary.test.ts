import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundedKey,
  encodeKey,
  firstText,
  keyLengthMax,
  targetDate,
  targetText,
  textLengthMax,
  validFrom,
  validUntil,
} from '../../../src/connectors/security-center/vocabulary.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('a text for the target', () => {
  test('is empty or within the limit, well-formed, trimmed, and free of what the query language cannot carry', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const text = targetText(value);
        if (text === null) return;
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(textLengthMax);
        expect(text).toBe(text.trim());
        expect(text).not.toMatch(/[#\p{Cc}\p{Cs}]/u);
      }),
    );
  });

  test('stays what it is when it is normalised again, so that reading back compares equal', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const once = targetText(value);
        expect(targetText(once)).toBe(once);
      }),
    );
  });

  test('is not cut inside a surrogate pair', () => {
    expect(targetText(`${'a'.repeat(99)}\u{1f511}`)).toBe('a'.repeat(99));
    expect(targetText(`${'a'.repeat(98)}\u{1f511}b`)).toBe(`${'a'.repeat(98)}\u{1f511}`);
  });

  test('has a look-alike for the number sign, a space for a line end, and U+FFFD for half a pair', () => {
    expect(targetText(' Gate #4\r\nNorth \ud83d ')).toBe('Gate \uff034  North \ufffd');
  });

  test('is null for an empty text and for what is no text', () => {
    expect([' \t', '', null, undefined, {}, []].map((value) => targetText(value))).toEqual(Array(6).fill(null));
    expect(firstText('  ', null, 'x')).toBe('x');
  });
});

describe('a date for the target', () => {
  test.each([
    ['2026-03-01T08:00:00.1234567+08:00', '2026-03-01T00:00:00Z'],
    ['2026-03-01T08:00:00', '2026-03-01T08:00:00Z'],
    ['2026-03-01T08:00:59.999Z', '2026-03-01T08:00:59Z'],
    ['2026-03-01', '2026-03-01T00:00:00Z'],
    ['2026-03-01 08:00+0100', '2026-03-01T07:00:00Z'],
  ])('reads %s as UTC to the second', (written, expected) => {
    expect(targetDate(written)).toBe(expected);
  });

  test.each(['', 'soon', '2026-13-45', '0000-00-00T00:00:00', null, undefined, {}, Number.NaN, 1e300])(
    'is null for %s',
    (value) => {
      expect(targetDate(value)).toBeNull();
    },
  );

  test('takes every day of the calendar as it is, and no other', () => {
    for (let day = Date.parse('1999-12-01T00:00:00Z'); day < Date.parse('2005-01-01T00:00:00Z'); day += 86_400_000) {
      const text = new Date(day).toISOString().replace('.000Z', 'Z');
      expect(targetDate(text)).toBe(text);
    }
    for (const other of [
      '2026-02-29',
      '2026-02-30',
      '2026-04-31',
      '2026-06-31',
      '2026-09-31',
      '2026-11-31',
      '2026-01-32',
    ])
      expect(targetDate(`${other}T00:00:00Z`)).not.toBe(`${other}T00:00:00Z`);
  });

  test('never throws, and is stable', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.date().map(String), fc.anything()), (value) => {
        const date = targetDate(value);
        expect(targetDate(date)).toBe(date);
      }),
    );
  });

  test('has no start and no end where the source writes its far dates', () => {
    expect(validFrom('1900-01-01T00:00:00')).toBeNull();
    expect(validUntil('2100-12-31T23:59:59+08:00')).toBeNull();
    expect(validUntil('2098-12-31T23:59:59Z')).toBe('2098-12-31T23:59:59Z');
  });
});

describe('a bounded key', () => {
  test('fits into a marker, and keys that differ stay different', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        (a, b) => {
          expect(encodeKey(boundedKey(a)).length).toBeLessThanOrEqual(keyLengthMax);
          if (a !== b) expect(boundedKey(a)).not.toBe(boundedKey(b));
        },
      ),
    );
  });

  test('is the key itself while it is short', () => {
    expect(boundedKey('2000000001')).toBe('2000000001');
  });
});

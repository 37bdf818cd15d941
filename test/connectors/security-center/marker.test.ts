import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, markerOf, markerPrefix } from '../../../src/connectors/security-center/marker.ts';
import { boundedKey } from '../../../src/connectors/security-center/vocabulary.ts';

describe('a marker', () => {
  test('gives back every key that the mapping can yield, for the longest owner and type', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (text) => {
        const key = boundedKey(text);
        const marker = markerOf('o'.repeat(40), 'cardholder-group', key);
        expect(marker.length).toBeLessThanOrEqual(100);
        expect(keyOf('o'.repeat(40), 'cardholder-group', marker)).toBe(key);
      }),
    );
  });

  test('of one key is never the beginning of the marker of another', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        fc.pre(a !== b);
        expect(markerOf('hq', 'door', b).startsWith(markerOf('hq', 'door', a))).toBe(false);
      }),
    );
  });

  test('is written as documented', () => {
    expect(markerOf('hq-1', 'cardholder', 'a/ü')).toBe('syncwarden:hq-1:cardholder:a%2F%C3%BC;');
    expect(markerPrefix('hq-1', 'cardholder')).toBe('syncwarden:hq-1:cardholder:');
  });

  test.each([
    ['another owner', 'syncwarden:hq-10:door:1;'],
    ['another type', 'syncwarden:hq:elevator:1;'],
    ['text of a person', 'Main entrance'],
    ['a marker that lost its end', 'syncwarden:hq:door:1'],
    ['a second spelling of a key', 'syncwarden:hq:door:%31;'],
    ['a damaged escape', 'syncwarden:hq:door:%E4%;'],
    ['no text', null],
  ])('is not seen in %s', (_what, description) => {
    expect(keyOf('hq', 'door', description)).toBeNull();
  });

  test('that would have to be cut is refused', () => {
    expect(() => markerOf('hq', 'door', 'k'.repeat(90))).toThrowError(expect.objectContaining({ code: 'SW_REFUSED' }));
  });
});

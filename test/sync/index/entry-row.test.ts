import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IndexEntry } from '../../../src/sync/index/entity-index.ts';
import { decodeEntry, encodeEntry } from '../../../src/sync/index/entry-row.ts';
import { type Names, RowWriter } from '../../../src/sync/index/row-bytes.ts';

const kinds = ['person', 'card'];
const names: Names = { numberOf: (kind) => kinds.indexOf(kind), nameOf: (number) => kinds[number] };
const writer = new RowWriter();

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'x'.repeat(5000), '漢字😀'.repeat(400), 'a\u0000b'),
);
const hash = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  fc.constantFrom('', 'F'.repeat(32), 'f'.repeat(33), 'unknown'),
);
const entry: fc.Arbitrary<IndexEntry> = fc
  .record({
    type: fc.constant('person'),
    key: text,
    n: fc.integer({ min: 0, max: 0xffff_fffe }),
    id: fc.oneof(fc.uuid(), text),
    hash,
    origin: fc.option(fc.record({ kind: fc.constantFrom(...kinds), key: text })),
  })
  .chain((row) => fc.constantFrom(row, { ...row, origin: { kind: 'card', key: row.key } }));

const decoded = (bytes: Buffer, key: string, length = bytes.length) =>
  decodeEntry(bytes, { type: 'person', key, length }, names);
const refusal = expect.objectContaining({ code: 'SW_CHECKPOINT_CORRUPT' });

const plain: IndexEntry = {
  type: 'person',
  key: 'p1',
  n: 7,
  id: '00000000-0000-0000-0000-000000000001',
  hash: '0123456789abcdef0123456789abcdef',
  origin: { kind: 'card', key: 'p1' },
};

describe('an entity as bytes', () => {
  test('comes back as it was, whether or not the row carries its own key', () => {
    fc.assert(
      fc.property(entry, fc.boolean(), (row, withKey) => {
        const bytes = encodeEntry(row, names, withKey, writer);

        expect(decoded(bytes, withKey ? 'sha256:of the key' : row.key)).toEqual(row);
      }),
    );
  });

  test('comes back from a buffer that holds more than the row', () => {
    const bytes = encodeEntry(plain, names, false, writer);
    const shared = Buffer.concat([bytes, Buffer.from('what an earlier read has left')]);

    expect(decoded(shared, 'p1', bytes.length)).toEqual(plain);
  });

  test('is refused, never guessed at, wherever it was cut, also when the buffer goes on behind the cut', () => {
    fc.assert(
      fc.property(entry, fc.boolean(), (row, withKey) => {
        const bytes = encodeEntry(row, names, withKey, writer);

        for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 300)))
          expect(() => decoded(bytes, row.key, length)).toThrow(refusal);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['another version', (row: Buffer) => row.fill(9, 0, 1)],
    ['flags of no known meaning', (row: Buffer) => row.fill(16, 1, 2)],
    ['an origin of a kind that has no name', (row: Buffer) => row.fill(7, row.length - 1)],
    ['bytes behind its end', (row: Buffer) => Buffer.concat([row, Buffer.alloc(1)])],
  ])('is refused with %s', (_, spoil) => {
    expect(() => decoded(spoil(encodeEntry(plain, names, false, writer)), 'p1')).toThrow(refusal);
  });
});

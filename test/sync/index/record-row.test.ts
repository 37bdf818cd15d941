import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IndexedRecord } from '../../../src/sync/index/entity-index.ts';
import { decodeRecord, encodeRecord } from '../../../src/sync/index/record-row.ts';
import { type Names, RowWriter } from '../../../src/sync/index/row-bytes.ts';

const names = ['person', 'card', 'group'];
const types: Names = { numberOf: (type) => names.indexOf(type), nameOf: (number) => names[number] };

const writer = new RowWriter();

const key = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => Buffer.from(text).toString() === text),
  fc.constantFrom('', 'x'.repeat(5000), '漢字😀'.repeat(400), 'a\u0000b'),
);
const number = fc.oneof(fc.nat(5), fc.integer({ min: 0, max: 0xffff_fffe }));
const print = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
  minLength: 16,
  maxLength: 16,
});
const record: fc.Arbitrary<IndexedRecord> = fc.record({
  kind: fc.constant('person'),
  key,
  n: number,
  print: fc.option(print),
  entities: fc.array(fc.record({ type: fc.constantFrom(...names), key, n: fc.option(number) }), { maxLength: 4 }),
});

const decoded = (bytes: Buffer, key: string) =>
  decodeRecord(bytes, { kind: 'person', key, length: bytes.length }, types);

describe('a record as bytes', () => {
  test('comes back as it was, whether or not the row carries its own key', () => {
    fc.assert(
      fc.property(record, fc.boolean(), (row, withKey) => {
        const bytes = encodeRecord(row, types, withKey, writer);

        expect(decoded(bytes, withKey ? 'sha256:of the key' : row.key)).toEqual(row);
      }),
    );
  });

  test('comes back from a buffer that holds more than the row', () => {
    const row: IndexedRecord = {
      kind: 'person',
      key: 'p1',
      n: 1,
      print: null,
      entities: [{ type: 'card', key: 'c', n: 2 }],
    };
    const bytes = encodeRecord(row, types, false, writer);
    const shared = Buffer.concat([bytes, Buffer.from('what an earlier read has left')]);

    expect(decodeRecord(shared, { kind: 'person', key: 'p1', length: bytes.length }, types)).toEqual(row);
  });

  test('is refused, never guessed at, wherever it was cut', () => {
    fc.assert(
      fc.property(record, fc.boolean(), (row, withKey) => {
        const bytes = encodeRecord(row, types, withKey, writer);

        for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 300))) {
          const cut = Buffer.from(bytes.subarray(0, length));
          expect(() => decoded(cut, row.key)).toThrow(expect.objectContaining({ code: 'SW_CHECKPOINT_CORRUPT' }));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is refused the same way when the buffer goes on behind the cut', () => {
    const row: IndexedRecord = {
      kind: 'person',
      key: 'p1',
      n: 1,
      print: '0123456789abcdef',
      entities: [{ type: 'card', key: 'another key', n: 2 }],
    };
    const bytes = encodeRecord(row, types, true, writer);

    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeRecord(bytes, { kind: 'person', key: 'p1', length }, types)).toThrow(
        expect.objectContaining({ code: 'SW_CHECKPOINT_CORRUPT' }),
      );
    }
  });

  test.each([
    ['another version', 0, 9],
    ['flags of no known meaning', 1, 4],
    ['an entity of a type that has no name', 24, 7],
    ['fewer entities than it had', 6, 2],
  ])('is refused with %s', (_, at, value) => {
    const row: IndexedRecord = {
      kind: 'person',
      key: 'p1',
      n: 1,
      print: '0123456789abcdef',
      entities: [{ type: 'card', key: 'c', n: 2 }],
    };
    const bytes = encodeRecord(row, types, false, writer);
    bytes[at] = value;

    expect(() => decoded(bytes, 'p1')).toThrow(expect.objectContaining({ code: 'SW_CHECKPOINT_CORRUPT' }));
  });
});

/** A line gives back the entry it was made of, to a reader who knows no more than it says. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { JsonWriter } from '../../src/store/journal/json-writer.ts';
import { applyLine, type Before, decodeLine, keyOf, type Line, writeLine } from '../../src/store/journal/line.ts';
import type { LogEntry } from '../../src/store/store.ts';
import { isPlain, json, jsonObject, sameJson } from './arbitrary-json.ts';
import { noon } from './fixtures.ts';

function encodeLine(entry: LogEntry, before: Before): string {
  const writer = new JsonWriter();
  writeLine(entry, before, writer);
  return writer.since(0).toString();
}

/** A line that must have the known shape. */
function read(text: string): Line {
  const line = decodeLine(text);
  if (line === null) throw new Error(`no line: ${text}`);
  return line;
}

describe('a line of the journal', () => {
  const key = fc.oneof(
    fc.constantFrom(
      '',
      'door-7',
      'a"b',
      'a\\',
      '\\"',
      'a\\"b\\\\',
      '","prev":1',
      'Zürich',
      '🚪',
      '\u0000',
      'line\nfeed',
      '\u2028',
      '\ud800',
      '__proto__',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('"', '\\', 'a', 'ü', ','), maxLength: 8 }),
  );
  const at = fc.integer({ min: 0, max: 2 ** 43 });
  /** Any record; often an object, and often one that says when. */
  const record = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(jsonObject, at).map(([object, time]): Json => ({ ...object, at: time })) },
    { weight: 2, arbitrary: jsonObject },
    { weight: 1, arbitrary: json },
  );
  const entry = fc.record({ seq: fc.integer({ min: 1 }), key, at, record, note: json });
  const before = fc.record({ record, seq: fc.option(fc.integer({ min: 1 })) });

  /** Writes a line and reads it as a reader does who knows the record before only if the line says that it is near. */
  function roundTrip(written: LogEntry, known: Before) {
    const text = encodeLine(written, known);
    const line = read(text);
    return { text, line, ...applyLine(line, line.prev === undefined ? (line.base ?? null) : known.record) };
  }

  test('brings back the entry, and the record before it where a reader cannot know that', () => {
    fc.assert(
      fc.property(entry, before, fc.boolean(), (written, known, saysWhen) => {
        const object: JsonObject | null = isPlain(written.record) ? written.record : null;
        const given = saysWhen && object !== null ? { ...written, record: { ...object, at: written.at } } : written;

        const { text, line, ...read } = roundTrip(given, known);

        expect(text).not.toContain('\n');
        expect(line.key).toBe(wellFormed(given.key));
        sameJson(line.note, JSON.parse(JSON.stringify(given.note)));
        sameJson(read.record, JSON.parse(JSON.stringify(given.record)));
        expect(read.at).toBe(given.at);
        expect(line.prev).toBe(known.seq ?? undefined);
        if (known.seq === null && known.record !== null) sameJson(line.base, known.record);
        else expect(line.base).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test('does not repeat the time that the record says', () => {
    const record = { step: 2, at: noon };
    const near = { record: { step: 1, at: noon - 1 }, seq: 1 };

    expect(encodeLine({ seq: 2, key: 'd', at: noon, record, note: null }, near)).toBe(
      `{"key":"d","prev":1,"set":{"step":2,"at":${noon}},"note":null}`,
    );
    expect(encodeLine({ seq: 2, key: 'd', at: noon + 5, record, note: null }, near)).toContain(`"at":${noon + 5},`);
  });

  test('of a removal says so, and of a beginning holds the whole record', () => {
    const gone = roundTrip({ seq: 2, key: 'd', at: 5, record: null, note: 0 }, { record: { a: 1 }, seq: 1 });
    const begun = roundTrip({ seq: 3, key: 'd', at: 6, record: { b: 1 }, note: 0 }, { record: null, seq: null });

    expect([gone.text, gone.record, gone.at]).toEqual(['{"key":"d","prev":1,"at":5,"record":null,"note":0}', null, 5]);
    expect([begun.text, begun.record, begun.at]).toEqual(['{"key":"d","at":6,"record":{"b":1},"note":0}', { b: 1 }, 6]);
  });

  test.each([
    'null',
    '[]',
    '7',
    '{}',
    '{"key":"d"',
    '{"key":"d"}',
    '{"key":7,"note":null}',
    '{"key":"d","prev":"1","note":null}',
    '{"key":"d","at":"1","note":null}',
    '{"key":"d","set":null,"note":null}',
    '{"key":"d","drop":{},"note":null}',
  ])('of another shape is none: %s', (text) => {
    expect(decodeLine(text)).toBeNull();
  });

  test('tells its key without being read, whatever lies around it', () => {
    fc.assert(
      fc.property(entry, before, fc.string({ unit: 'binary', maxLength: 9 }), (written, known, around) => {
        const text = Buffer.from(encodeLine(written, known));
        const front = Buffer.from(`${around}\n`);
        const content = Buffer.concat([front, text, Buffer.from(`\n{"key":"other"${around}`)]);

        expect(keyOf(content, front.length, front.length + text.length)).toBe(read(text.toString('utf8')).key);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** A key as UTF-8 can hold it: half of a surrogate pair is written by JSON as an escape, and comes back. */
const wellFormed = (text: string): string => JSON.parse(Buffer.from(JSON.stringify(text)).toString('utf8')) as string;

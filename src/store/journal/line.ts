/**
 * One entry as one line of JSON: what a step changed, after the name of its instance.
 *
 * `{"key":"door-7","prev":41,"at":…,"set":{…},"drop":[[…]],"note":{…}}`
 *
 * - `prev` is the number of the entry before it of the same instance. It is left out of the first one that a segment, or
 *   an opening of the store, holds of an instance; that one carries `base` instead, the whole record before it.
 * - `record` stands in place of `set` and `drop` where there is nothing to merge with: the whole record, or null when the
 *   instance is removed.
 * - `at` is left out when the record says the same under that name.
 * - The number of the entry follows from its place, see `frame.ts`.
 */
import type { Json, JsonObject } from '../../core/json.ts';
import type { LogEntry } from '../store.ts';
import type { JsonWriter } from './json-writer.ts';
import { apply, isObject, type Patch, writeChanges } from './patch.ts';

export interface Line extends Patch {
  readonly key: string;
  readonly prev?: number;
  readonly at?: number;
  readonly base?: Json;
  readonly record?: Json;
  readonly note: Json;
}

const keyMark = '{"key":';

/** How an instance stood before an entry: its record, null for none, and the entry that left it so, if it is near. */
export interface Before {
  readonly record: Json | null;
  /** Null when the reader of the segment cannot know the record. */
  readonly seq: number | null;
}

/** Writes an entry without its line feed. */
export function writeLine({ key, at, record, note }: LogEntry, before: Before, to: JsonWriter): void {
  const isNear = before.seq !== null;
  to.ascii(keyMark);
  to.json(key);
  if (isNear) member(to, ',"prev":', before.seq);
  if (!isObject(record) || record['at'] !== at) member(to, ',"at":', at);
  if (!isNear && before.record !== null) member(to, ',"base":', before.record);
  if (isObject(before.record) && isObject(record)) writePatch(before.record, record, to);
  else member(to, ',"record":', record);
  member(to, ',"note":', note);
  to.close();
}

function member(to: JsonWriter, mark: string, value: Json): void {
  to.ascii(mark);
  to.json(value);
}

function writePatch(before: JsonObject, after: JsonObject, to: JsonWriter): void {
  const mark = to.end;
  const dropped: string[][] = [];
  to.ascii(',"set":');
  if (!writeChanges(before, after, to, dropped)) to.end = mark;
  if (dropped.length > 0) member(to, ',"drop":', dropped);
}

/**
 * Reads a line; null when it has another shape. Its frame has a checksum, so that only another version of this program
 * can have written one; and hundreds of megabytes are read when a store is opened: a schema took as long as all the rest.
 */
export function decodeLine(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : null;
  } catch {
    return null;
  }
}

function isLine(value: unknown): value is Line {
  const { key, prev, at, set, drop, note } = (value ?? {}) as { readonly [name: string]: unknown };
  return (
    typeof key === 'string' &&
    note !== undefined &&
    (prev === undefined || typeof prev === 'number') &&
    (at === undefined || typeof at === 'number') &&
    (set === undefined || (typeof set === 'object' && set !== null)) &&
    (drop === undefined || Array.isArray(drop))
  );
}

/** The record after the entry, and when it was made. */
export function applyLine(line: Line, before: Json | null): { readonly record: Json | null; readonly at: number } {
  const record = line.record !== undefined ? line.record : apply(isObject(before) ? before : {}, line);
  const at = line.at ?? (isObject(record) ? record['at'] : undefined);
  return { record, at: typeof at === 'number' ? at : 0 };
}

/** The instance of a line, without reading the rest of it. */
export function keyOf(content: Buffer, start: number, end: number): string {
  const begin = start + keyMark.length;
  let quote = content.indexOf(0x22, begin + 1);
  const text = content.toString('latin1', begin + 1, quote);
  if (quote < end && quote > 0 && !/[\\\u0080-\u00ff]/.test(text)) return text;
  // Escapes or letters beyond ASCII: the quote that ends it is the first one that leaves sound JSON.
  for (; quote > 0 && quote < end; quote = content.indexOf(0x22, quote + 1)) {
    const key = parsedString(content.toString('utf8', begin, quote + 1));
    if (key !== null) return key;
  }
  return decodeLine(content.toString('utf8', start, end))?.key ?? '';
}

function parsedString(text: string): string | null {
  try {
    return JSON.parse(text) as string; // it begins with a quote
  } catch {
    return null;
  }
}

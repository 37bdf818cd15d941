/**
 * One entry as one line of the journal: `<crc32, 8 hexadecimal digits> <length in bytes> <json>` and a line feed.
 *
 * The JSON carries `flush`, the sequence number of the first entry written by the same flush. A later flush starts only
 * after the earlier one is durable, so this member tells damage to durable data from a last flush that a power cut left
 * with a hole in it (see {@link scanSegment}).
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { invariant } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { LogEntry } from './store.ts';

/** An entry with its JSON text, which is what the journal, the tail and the checkpoint keep. */
export interface EncodedEntry {
  readonly seq: number;
  readonly key: string;
  /** JSON of the record; null when the entry removes the instance. */
  readonly record: string | null;
  /** JSON of the whole entry. */
  readonly text: string;
  /** Length of {@link text} in bytes. */
  readonly bytes: number;
}

// What JSON.parse yields is JSON, so only presence has to be checked, not every nested value once more.
const present = z.custom<Json>((value) => value !== undefined);
const entrySchema = z.object({
  seq: z.int().min(1),
  flush: z.int().min(1),
  at: z.number(),
  key: z.string(),
  record: present,
  note: present,
});

/** Encodes an entry that is written by the flush beginning with the entry `flush`. */
export function encodeEntry(entry: LogEntry, flush: number): EncodedEntry {
  const { seq, at, key } = entry;
  const record = jsonOf(entry.record);
  const text = `{"seq":${seq},"flush":${flush},"at":${jsonOf(at)},"key":${jsonOf(key)},"record":${record},"note":${jsonOf(entry.note)}}`;
  return { seq, key, record: entry.record === null ? null : record, text, bytes: Buffer.byteLength(text) };
}

/** The line of an encoded entry, line feed included. */
export function lineOf({ text, bytes }: Pick<EncodedEntry, 'text' | 'bytes'>): string {
  return `${crc32(text).toString(16).padStart(8, '0')} ${bytes} ${text}\n`;
}

/** Reads the text of an encoded entry back. */
export function decodeText(text: string): LogEntry {
  const { flush: _, ...entry } = entrySchema.parse(JSON.parse(text));
  return entry;
}

/** The outcome of reading one line: an entry, or why not. `intact` lines have a good checksum but an unknown shape. */
export type DecodedLine =
  | { readonly ok: true; readonly entry: LogEntry; readonly flush: number }
  | { readonly ok: false; readonly intact: boolean; readonly reason: string };

/** Reads one line without its line feed. */
export function decodeLine(line: Buffer): DecodedLine {
  const header = /^([0-9a-f]{8}) (\d{1,12}) /.exec(line.toString('latin1', 0, 22));
  if (header === null) return { ok: false, intact: false, reason: 'no checksum and length at its beginning' };
  const body = line.subarray(header[0].length);
  if (body.length !== Number(header[2]))
    return { ok: false, intact: false, reason: `${body.length} bytes where the record says ${header[2]}` };
  if (crc32(body) !== Number.parseInt(header[1] as string, 16))
    return { ok: false, intact: false, reason: 'a checksum that does not match' };
  return decodeBody(body.toString('utf8'));
}

function decodeBody(text: string): DecodedLine {
  try {
    const { flush, ...entry } = entrySchema.parse(JSON.parse(text));
    return { ok: true, entry, flush };
  } catch {
    return { ok: false, intact: true, reason: 'a shape that this version does not know' };
  }
}

/** Sequence number of a line, cheaply and without checking it; null when it does not look like a line of ours. */
export function peekSeq(line: Buffer): number | null {
  const seq = /^[0-9a-f]{8} \d+ \{"seq":(\d+),/.exec(line.toString('latin1', 0, 48))?.[1];
  return seq === undefined ? null : Number(seq);
}

function jsonOf(value: Json): string {
  const text: string | undefined = JSON.stringify(value);
  invariant(text !== undefined, 'an entry of the log is JSON throughout');
  return text;
}

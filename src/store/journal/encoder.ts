/** Turns entries into lines: knows the newest record of each instance, and what the segment being written holds already. */
import type { Json } from '../../core/json.ts';
import type { LogEntry, PastEntry } from '../store.ts';
import type { FrameWriter } from './frame-writer.ts';
import { writeLine } from './line.ts';

/** An entry whose line was written into a frame. */
export interface EncodedEntry {
  readonly entry: PastEntry;
  /** Length of the line. */
  readonly bytes: number;
}

export interface EncoderOptions {
  /** The newest record of each instance. */
  readonly records: Iterable<readonly [string, Json]>;
  /** Bytes in the segment that is being written; infinite when the next entry must begin a new one. */
  readonly segmentBytes: number;
  /** See {@link StoreLimits.segmentBytesMax}. */
  readonly segmentBytesMax: number;
}

/** How an instance stands after the entries that were encoded so far. */
interface Newest {
  record: Json;
  /** Number of its last entry in this segment; null before the first. */
  seq: number | null;
  /** The segment of that number. */
  segment: number;
}

export class Encoder {
  readonly #newest = new Map<string, Newest>();
  readonly #segmentBytesMax: number;
  #segmentBytes: number;
  /** Counts the segments that were begun. */
  #segment = 0;

  constructor({ records, segmentBytes, segmentBytesMax }: EncoderOptions) {
    for (const [key, record] of records) this.#newest.set(key, { record, seq: null, segment: 0 });
    this.#segmentBytes = segmentBytes;
    this.#segmentBytesMax = segmentBytesMax;
  }

  /** Whether the entries that follow begin a new segment. Everything that is flushed together is in one segment. */
  beginBatch(): boolean {
    if (this.#segmentBytes < this.#segmentBytesMax) return false;
    this.#segmentBytes = 0;
    this.#segment += 1;
    return true;
  }

  /** Writes the line of an entry. */
  encode(entry: LogEntry, frame: FrameWriter): EncodedEntry {
    const { seq, key, at, record, note } = entry;
    const known = this.#newest.get(key);
    const before = known?.record ?? null;
    const isNear = known !== undefined && known.segment === this.#segment;
    const begin = frame.end;
    writeLine(entry, { record: before, seq: isNear ? known.seq : null }, frame);
    frame.endLine();
    const bytes = frame.end - begin;
    this.#segmentBytes += bytes;
    // A removed instance is forgotten: one that begins again under its name builds on nothing.
    if (record === null) this.#newest.delete(key);
    else if (known === undefined) this.#newest.set(key, { record, seq, segment: this.#segment });
    else {
      known.record = record;
      known.seq = seq;
      known.segment = this.#segment;
    }
    return { entry: { seq, key, at, before, record, note }, bytes };
  }
}

/** Reads a journal segment and tells the torn end that a crash leaves from damage that nobody may pass over. */
import { decodeLine } from './journal-record.ts';
import type { LogEntry } from './store.ts';

export interface SegmentScan {
  readonly entries: readonly LogEntry[];
  /** Bytes up to the end of the last good record. */
  readonly goodBytes: number;
  /** Where the last flush begins: what lies before it is known to be durable. */
  readonly lastFlushOffset: number;
  /** What follows the good bytes: nothing, a torn end, or damage. */
  readonly rest: 'none' | 'torn' | { readonly reason: string };
}

const lineFeed = 0x0a;

/** Reads a segment whose first record must have the sequence number `firstSeq`. */
export function scanSegment(content: Buffer, firstSeq: number): SegmentScan {
  const entries: LogEntry[] = [];
  let offset = 0;
  let lastFlush = 0;
  let lastFlushOffset = 0;
  const result = (rest: SegmentScan['rest']): SegmentScan => ({ entries, goodBytes: offset, lastFlushOffset, rest });

  for (const { line, end } of linesOf(content)) {
    const seq = firstSeq + entries.length;
    if (end === null) return result(judgeBad(content, offset, seq, 'a record without its end'));
    const decoded = decodeLine(line);
    if (!decoded.ok) return result(decoded.intact ? decoded : judgeBad(content, offset, seq, decoded.reason));
    if (decoded.entry.seq !== seq) return result({ reason: `entry ${decoded.entry.seq} where ${seq} must follow` });
    if (decoded.flush !== lastFlush) {
      lastFlush = decoded.flush;
      lastFlushOffset = offset;
    }
    entries.push(decoded.entry);
    offset = end;
  }
  return result('none');
}

/**
 * Judges a bad record by what follows it. Nothing good: a torn end. Something good: damage, with one exception. A power
 * cut may keep a later page of the last flush and lose an earlier one, which then reads as NUL bytes; JSON text has none.
 * Such a flush was never acknowledged, and it shows by `flush` being no later than the bad record itself.
 */
function judgeBad(content: Buffer, offset: number, seq: number, reason: string): SegmentScan['rest'] {
  // Not by lines: the damaged byte may be the line feed between two records.
  const beginning = /[0-9a-f]{8} (\d{1,12}) \{"seq":/g;
  const rest = content.toString('latin1', offset);
  beginning.lastIndex = 1;
  for (let match = beginning.exec(rest); match !== null; match = beginning.exec(rest)) {
    const start = offset + match.index;
    const decoded = decodeLine(content.subarray(start, start + match[0].length - '{"seq":'.length + Number(match[1])));
    if (!decoded.ok) continue;
    const isHole = content.subarray(offset, start).includes(0);
    if (decoded.flush > seq || !isHole) return { reason: `${reason}, followed by the good entry ${decoded.entry.seq}` };
  }
  return 'torn';
}

/** A line without its line feed. */
interface Line {
  readonly line: Buffer;
  readonly start: number;
  /** Offset behind the line feed; null when there is none. */
  readonly end: number | null;
}

/** The lines of a segment. */
export function* linesOf(content: Buffer): Generator<Line> {
  for (let start = 0; start < content.length; ) {
    const feed = content.indexOf(lineFeed, start);
    if (feed < 0) return yield { line: content.subarray(start), start, end: null };
    yield { line: content.subarray(start, feed), start, end: feed + 1 };
    start = feed + 1;
  }
}

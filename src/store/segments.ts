/** The segment files of a journal: what they are called, which of them exist, and which may go. */
import { join } from 'node:path';
import { CodedError } from '../core/errors.ts';
import type { FileSystem } from './durable-file.ts';

/** One file of the journal. It is named after the sequence number of its first entry. */
export interface Segment {
  readonly path: string;
  readonly firstSeq: number;
  /** Durable bytes. */
  bytes: number;
}

/** Path of the segment whose first entry is `firstSeq`. */
export function segmentPath(directory: string, firstSeq: number): string {
  return join(directory, `${String(firstSeq).padStart(12, '0')}.log`);
}

/** The segments in a directory, oldest first. */
export async function listSegments(fileSystem: FileSystem, directory: string): Promise<Segment[]> {
  const names = (await fileSystem.list(directory)).filter((name) => /^\d{12}\.log$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { path, firstSeq: Number.parseInt(name, 10), bytes: await fileSystem.sizeBytes(path) };
    }),
  );
}

/** Index of the segment that holds the entry `seq`, or would; -1 when the journal begins later. */
export function indexOfSeq(segments: readonly Segment[], seq: number): number {
  return segments.findLastIndex(({ firstSeq }) => firstSeq <= seq);
}

/**
 * How many of the oldest segments may go: those whose entries are all folded (`foldedSeq`), beyond `keepBytes` of closed
 * segments. The newest segment always stays, so that an empty journal folder beside a checkpoint means a loss.
 */
export function countDroppable(segments: readonly Segment[], foldedSeq: number, keepBytes: number): number {
  let closedBytes = segments.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0);
  let count = 0;
  for (let next = segments[1]; next !== undefined; next = segments[count + 1]) {
    if (next.firstSeq - 1 > foldedSeq || closedBytes <= keepBytes) break;
    closedBytes -= segments[count]?.bytes ?? 0;
    count += 1;
  }
  return count;
}

/** `SW_JOURNAL_CORRUPT` for damage inside a segment. */
export function damagedError(segment: Segment, offset: number, reason: string, cause?: unknown): CodedError {
  return new CodedError('SW_JOURNAL_CORRUPT', {
    doing: `reading the journal ${segment.path}`,
    expected: `a good record at byte ${offset}`,
    found: reason,
    todo: `Restore the data directory from a backup; or, to give up everything committed from there on, cut this file to ${offset} bytes and move the segments after it away`,
    cause,
  });
}

/** `SW_JOURNAL_CORRUPT` for entries that no segment holds. */
export function missingError(directory: string, fromSeq: number, nextSeq: number | null): CodedError {
  return new CodedError('SW_JOURNAL_CORRUPT', {
    doing: `reading the journal in ${directory}`,
    expected: `a segment with entry ${fromSeq}`,
    found: nextSeq === null ? 'none' : `that the next segment begins with entry ${nextSeq}`,
    todo:
      nextSeq === null
        ? `Restore the folder from a backup; or, to go on from the checkpoint alone, create the empty file ${segmentPath(directory, fromSeq)}`
        : 'Restore the missing files from a backup; or, to give up everything after the gap, move the segments behind it away',
  });
}

/** The segment files of a journal: what they are called, which of them exist, and which may go. */
import { dirname, join } from 'node:path';
import { CodedError } from '../../core/errors.ts';
import type { FileSystem } from '../durable-file.ts';

/** One file of the journal. It is named after the sequence number of its first entry. */
export interface Segment {
  readonly path: string;
  readonly firstSeq: number;
  /** Bytes of durable frames; for a segment that nobody has read yet, the length of its file. */
  bytes: number;
  /** Time of its first entry, epoch milliseconds, once somebody has asked. */
  begunAt?: number;
}

/** Folder of the segments in a data directory. */
export const journalDirectoryOf = (directory: string) => join(directory, 'journal');

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

/** What to do about a journal that cannot be read; `directory` is the folder of its segments. */
const repair = (directory: string) =>
  `Restore the data directory from a backup; or stop Syncwarden and run "syncwarden journal check --data ${dirname(directory)} --salvage", which keeps all that is sound and puts the damaged files aside`;

/** `SW_JOURNAL_CORRUPT` for damage inside a segment. */
export function damagedError({ path }: Segment, offset: number, reason: string, cause?: unknown): CodedError {
  return new CodedError('SW_JOURNAL_CORRUPT', {
    doing: `reading the journal ${path}`,
    expected: `a good record at byte ${offset}`,
    found: reason,
    todo: repair(dirname(path)),
    cause,
  });
}

/** `SW_JOURNAL_CORRUPT` for entries that no segment holds. */
export function missingError(directory: string, fromSeq: number, nextSeq: number | null): CodedError {
  return new CodedError('SW_JOURNAL_CORRUPT', {
    doing: `reading the journal in ${directory}`,
    expected: `a segment with entry ${fromSeq}`,
    found: nextSeq === null ? 'none' : `that the next segment begins with entry ${nextSeq}`,
    todo: repair(directory),
  });
}

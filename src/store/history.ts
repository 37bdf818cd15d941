/** Reads committed entries back, from memory where they still are, otherwise from the segments that are kept. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { errnoOf, type FileSystem } from './durable-file.ts';
import type { HistoryTail } from './history-tail.ts';
import type { Journal, SegmentView } from './journal.ts';
import { decodeLine, decodeText, peekSeq } from './journal-record.ts';
import { linesOf } from './segment-scan.ts';
import { damagedError } from './segments.ts';
import type { LogEntry, Store } from './store.ts';

/** What {@link Store.history} is asked for. */
export type HistoryQuery = Parameters<Store['history']>[0];

/** Lines looked at before others get their turn. */
const linesAtOnce = 2_000;

/**
 * Answers a query.
 *
 * @throws CodedError SW_JOURNAL_CORRUPT when an old segment was damaged after it had been folded
 */
export async function readHistory(
  { tail, journal, fileSystem }: { tail: HistoryTail; journal: Journal; fileSystem: FileSystem },
  { afterSeq = 0, key, limit }: HistoryQuery,
): Promise<readonly LogEntry[]> {
  const found: LogEntry[] = [];
  const inMemory = tail.after(afterSeq);
  if (inMemory !== null) {
    for (const entry of inMemory) {
      if (found.length >= limit) break;
      if (key === undefined || entry.key === key) found.push(decodeText(entry.text));
    }
    return found;
  }
  for (const view of journal.viewAfter(afterSeq)) {
    if (found.length >= limit) break;
    await readSegment(fileSystem, view, { afterSeq, ...(key === undefined ? {} : { key }), limit }, found);
  }
  return found;
}

async function readSegment(
  fileSystem: FileSystem,
  { segment, durableBytes }: SegmentView,
  { afterSeq = 0, key, limit }: HistoryQuery,
  found: LogEntry[],
): Promise<void> {
  const content = await fileSystem.read(segment.path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return Buffer.alloc(0); // dropped since the view was taken
    throw error;
  });
  // Text that every entry of that instance contains, to leave the others undecoded.
  const needle = key === undefined ? null : `"key":${JSON.stringify(key)}`;
  let lines = 0;
  for (const { line, start } of linesOf(content.subarray(0, durableBytes))) {
    if (++lines % linesAtOnce === 0) await letOthersRun();
    if ((peekSeq(line) ?? Number.POSITIVE_INFINITY) <= afterSeq) continue;
    if (needle !== null && !line.includes(needle)) continue;
    const decoded = decodeLine(line);
    if (!decoded.ok) throw damagedError(segment, start, decoded.reason);
    if (key === undefined || decoded.entry.key === key) found.push(decoded.entry);
    if (found.length >= limit) return;
  }
}

/** Reads committed entries back, from memory where they still are, otherwise from the segments that are kept. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { type FileSystem, readIfPresent } from './durable-file.ts';
import type { HistoryTail } from './history-tail.ts';
import { Fold } from './journal/fold.ts';
import { framesOf } from './journal/frame.ts';
import type { Journal, SegmentView } from './journal/journal.ts';
import { damagedError } from './journal/segments.ts';
import type { HistoryQuery, PastEntry } from './store.ts';

export interface HistorySources {
  readonly tail: HistoryTail;
  readonly journal: Journal;
  readonly fileSystem: FileSystem;
  /** Number of the last durable entry. */
  readonly lastSeq: number;
}

/** Bytes looked at before others get their turn. */
const bytesAtOnce = 128 * 1024;

/**
 * Answers a query.
 *
 * @throws CodedError SW_JOURNAL_CORRUPT when an old segment was damaged after it had been folded
 */
export function readHistory(sources: HistorySources, query: HistoryQuery): Promise<readonly PastEntry[]> {
  return query.newestFirst ? newestFirst(sources, query) : oldestFirst(sources, query);
}

async function oldestFirst(
  { tail, journal, fileSystem, lastSeq }: HistorySources,
  query: HistoryQuery,
): Promise<PastEntry[]> {
  const { afterSeq = 0, beforeSeq = lastSeq + 1, key, limit } = query;
  const found: PastEntry[] = [];
  if (afterSeq >= lastSeq || limit <= 0) return found;
  if (afterSeq + 1 >= tail.oldestSeq) {
    for (const entry of tail.between(afterSeq, beforeSeq)) {
      if (found.length >= limit) break;
      if (key === undefined || entry.key === key) found.push(entry);
    }
    return found;
  }
  for (const view of journal.view(afterSeq, beforeSeq)) {
    const content = await readIfPresent(fileSystem, view.segment.path);
    if (content === null) {
      found.length = 0; // dropped since it was seen, and all that is older with it: what is answered has no gap
      continue;
    }
    for await (const entry of entriesOf(content, view, query)) {
      found.push(entry);
      if (found.length >= limit) return found;
    }
  }
  return found;
}

async function newestFirst(
  { tail, journal, fileSystem, lastSeq }: HistorySources,
  query: HistoryQuery,
): Promise<PastEntry[]> {
  const { afterSeq = 0, beforeSeq = lastSeq + 1, key, limit } = query;
  const found: PastEntry[] = [];
  for (const entry of [...tail.between(afterSeq, beforeSeq)].reverse()) {
    if (found.length >= limit) return found;
    if (key === undefined || entry.key === key) found.push(entry);
  }
  const below = Math.min(beforeSeq, tail.oldestSeq);
  if (afterSeq + 1 >= below) return found;
  for (const view of [...journal.view(afterSeq, below)].reverse()) {
    const room = limit - found.length;
    if (room <= 0) break;
    const content = await readIfPresent(fileSystem, view.segment.path);
    if (content === null) break; // dropped since it was seen, and all that is older with it
    // Forwards all the same, because a record is made of those before it; of each segment only its end is kept.
    const newest: PastEntry[] = [];
    for await (const entry of entriesOf(content, view, { ...query, beforeSeq: below })) {
      newest.push(entry);
      if (newest.length > 2 * room) newest.splice(0, room);
    }
    found.push(...newest.slice(-room).reverse());
  }
  return found;
}

/** The entries of one segment that a query asks for, oldest first. */
async function* entriesOf(
  whole: Buffer,
  { segment, durableBytes }: SegmentView,
  { afterSeq = 0, beforeSeq = Number.POSITIVE_INFINITY, key }: HistoryQuery,
): AsyncGenerator<PastEntry> {
  const content = whole.subarray(0, durableBytes);
  const fold = new Fold();
  const frames = framesOf(content, segment.firstSeq);
  let readTo = 0;
  for (let step = frames.next(); ; step = frames.next()) {
    if (step.done) {
      if (step.value.rest.kind === 'none') return;
      const { offset, rest } = step.value;
      throw damagedError(segment, offset, rest.kind === 'damage' ? rest.reason : 'a record without its end');
    }
    if (step.value.firstSeq >= beforeSeq) return;
    if (step.value.end - readTo > bytesAtOnce) {
      readTo = step.value.end;
      await letOthersRun();
    }
    for (const { seq, entry } of fold.takeFrame(content, step.value, (of) => key === undefined || of === key)) {
      if (entry === null)
        throw damagedError(segment, step.value.start, `entry ${seq}, which does not fit what came before it`);
      if (seq > afterSeq && seq < beforeSeq) yield entry;
    }
  }
}

/** The append-only log on disk: segments of checksummed lines, each flush one write and one `fdatasync`. */
import type { DurableFile, FileSystem } from './durable-file.ts';
import { type EncodedEntry, lineOf } from './journal-record.ts';
import { type SegmentScan, scanSegment } from './segment-scan.ts';
import {
  countDroppable,
  damagedError,
  indexOfSeq,
  listSegments,
  missingError,
  type Segment,
  segmentPath,
} from './segments.ts';
import type { LogEntry } from './store.ts';

export interface JournalOptions {
  readonly fileSystem: FileSystem;
  /** Folder of the segments; it exists. */
  readonly directory: string;
  /** See {@link StoreLimits.segmentBytesMax}. */
  readonly segmentBytesMax: number;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** Entries after `afterSeq`, in order. */
  readonly entries: readonly LogEntry[];
  /** Bytes that were read to find them. */
  readonly replayedBytes: number;
  /** Bytes of a torn end that were cut off. */
  readonly tornBytes: number;
}

/** A segment as it was at one moment, for a reader that is not to see bytes which are not durable yet. */
export interface SegmentView {
  readonly segment: Segment;
  readonly durableBytes: number;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: Segment[];
  #file: DurableFile | null = null;
  #segmentIsFull = false;

  private constructor(options: JournalOptions, segments: Segment[]) {
    this.#options = options;
    this.#segments = segments;
  }

  /**
   * Reads the segments that hold the entries after `afterSeq`, checks every record, cuts a torn end off, and makes sure
   * that everything it answers is durable.
   *
   * @throws CodedError SW_JOURNAL_CORRUPT
   */
  static async open(options: JournalOptions, afterSeq: number): Promise<OpenedJournal> {
    const segments = await listSegments(options.fileSystem, options.directory);
    const journal = new Journal(options, segments);
    const first = indexOfSeq(segments, afterSeq + 1);
    if (first < 0 && (segments.length > 0 || afterSeq > 0))
      throw missingError(options.directory, afterSeq + 1, segments[0]?.firstSeq ?? null);

    const entries: LogEntry[] = [];
    let replayedBytes = 0;
    let tornBytes = 0;
    let lastSeq = afterSeq;
    for (const segment of segments.slice(Math.max(first, 0))) {
      // Gaps below `afterSeq` are covered by the checkpoint; above it an entry would be lost.
      if (segment.firstSeq > lastSeq + 1) throw missingError(options.directory, lastSeq + 1, segment.firstSeq);
      const content = await options.fileSystem.read(segment.path);
      const scan = scanSegment(content, segment.firstSeq);
      const isLast = segment === segments.at(-1);
      if (scan.rest !== 'none' && !(isLast && scan.rest === 'torn')) throw restError(segment, scan);
      for (const entry of scan.entries) if (entry.seq > afterSeq) entries.push(entry);
      lastSeq = Math.max(lastSeq, segment.firstSeq + scan.entries.length - 1);
      replayedBytes += scan.goodBytes;
      if (isLast) tornBytes = await journal.#resume(segment, content, scan, lastSeq);
    }
    return { journal, entries, replayedBytes, tornBytes };
  }

  /** Makes one batch durable. After a rejection the journal must be opened again. */
  async append(batch: readonly EncodedEntry[]): Promise<number> {
    const firstSeq = (batch[0] as EncodedEntry).seq; // a batch is never empty
    const active = await this.#segmentFor(firstSeq);
    const data = Buffer.from(batch.map(lineOf).join(''));
    await active.file.write(data, active.segment.bytes);
    await active.file.sync();
    active.segment.bytes += data.length;
    this.#segmentIsFull = active.segment.bytes >= this.#options.segmentBytesMax;
    return data.length;
  }

  /** The segments that hold entries after `afterSeq` and are still kept, oldest first. */
  viewAfter(afterSeq: number): readonly SegmentView[] {
    const first = Math.max(indexOfSeq(this.#segments, afterSeq + 1), 0);
    return this.#segments.slice(first).map((segment) => ({ segment, durableBytes: segment.bytes }));
  }

  /** Removes closed segments that are folded up to `foldedSeq`, except the newest `keepBytes` of them. */
  async drop(foldedSeq: number, keepBytes: number): Promise<void> {
    // Oldest first: a crash in between leaves no gap.
    for (let count = countDroppable(this.#segments, foldedSeq, keepBytes); count > 0; count--) {
      const [oldest] = this.#segments;
      if (oldest === undefined) return;
      await this.#options.fileSystem.remove(oldest.path);
      this.#segments.shift();
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  /** Takes up the last segment; answers how many torn bytes were cut off. */
  async #resume(segment: Segment, content: Buffer, scan: SegmentScan, lastSeq: number): Promise<number> {
    const file = await this.#options.fileSystem.open(segment.path, 'modify');
    this.#file = file;
    try {
      await this.#makeDurable(file, segment, content, scan);
    } catch (error) {
      await this.close().catch(() => {}); // the first error says more
      throw error;
    }
    const endsBehindCheckpoint = segment.firstSeq + scan.entries.length - 1 < lastSeq;
    this.#segmentIsFull = endsBehindCheckpoint || segment.bytes >= this.#options.segmentBytesMax;
    return content.length - scan.goodBytes;
  }

  /** Cuts the torn end off and flushes what was read. */
  async #makeDurable(file: DurableFile, segment: Segment, content: Buffer, scan: SegmentScan): Promise<void> {
    if (content.length > scan.goodBytes) await file.truncate(scan.goodBytes);
    // What the last flush wrote may have been read from the system's cache only: its process may have died before the
    // fdatasync, or the fdatasync failed, after which the system takes the pages for clean and would never write them.
    // Written again, they are flushed for certain. Everything before was followed by a flush that succeeded.
    const lastFlush = content.subarray(scan.lastFlushOffset, scan.goodBytes);
    if (lastFlush.length > 0) await file.write(lastFlush, scan.lastFlushOffset);
    await file.sync();
    await this.#options.fileSystem.syncDirectory(this.#options.directory);
    segment.bytes = scan.goodBytes;
  }

  async #segmentFor(firstSeq: number): Promise<{ segment: Segment; file: DurableFile }> {
    const { fileSystem, directory } = this.#options;
    const last = this.#segments.at(-1);
    if (this.#file !== null && last !== undefined && !this.#segmentIsFull) return { segment: last, file: this.#file };
    await this.close();
    const path = segmentPath(directory, firstSeq);
    const file = await fileSystem.open(path, 'create');
    this.#file = file;
    await fileSystem.syncDirectory(directory);
    const segment = { path, firstSeq, bytes: 0 };
    this.#segments.push(segment);
    this.#segmentIsFull = false;
    return { segment, file };
  }
}

function restError(segment: Segment, scan: SegmentScan): Error {
  const reason =
    typeof scan.rest === 'object' ? scan.rest.reason : 'an end that is torn although a later segment exists';
  return damagedError(segment, scan.goodBytes, reason);
}

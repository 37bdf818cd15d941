/** The append-only log on disk: segments of checksummed frames, each flush one write and one `fdatasync`. */
import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../core/json.ts';
import type { DurableFile, FileSystem } from '../durable-file.ts';
import type { LogEntry } from '../store.ts';
import type { EncodedEntry } from './encoder.ts';
import { Flusher } from './flush.ts';
import { Fold } from './fold.ts';
import { frameAt, lengthOf } from './frame.ts';
import type { FrameWriter } from './frame-writer.ts';
import { type LastSegment, replay } from './replay.ts';
import { indexOfSeq, listSegments, type Segment, segmentPath } from './segments.ts';

export interface JournalOptions {
  readonly fileSystem: FileSystem;
  /** Folder of the segments; it exists. */
  readonly directory: string;
  /** See {@link StoreLimits.segmentBytesMax}. */
  readonly segmentBytesMax: number;
  /** See {@link StoreLimits.reserveBytes}. */
  readonly reserveBytes: number;
  /** See {@link StoreLimits.blockingMsMax}. */
  readonly blockingMsMax: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** Newest record by instance, of those that were touched after `afterSeq`; null for one that was removed. */
  readonly records: ReadonlyMap<string, Json | null>;
  /** Number and time of the newest entry; null when there is none after `afterSeq`. */
  readonly newest: { readonly seq: number; readonly at: number } | null;
  /** Bytes that were read to find them. */
  readonly replayedBytes: number;
  /** Bytes of a torn end that were cut off. */
  readonly tornBytes: number;
}

/** What is written by one flush. */
export interface Batch {
  readonly entries: readonly EncodedEntry[];
  /** Their lines. */
  readonly frame: FrameWriter;
  readonly startsSegment: boolean;
}

/** A segment as it was at one moment, for a reader that is not to see bytes which are not durable yet. */
export interface SegmentView {
  readonly segment: Segment;
  readonly durableBytes: number;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #segments: Segment[];
  readonly #flusher: Flusher;
  #file: DurableFile | null = null;
  /** Length of the file that is written, room for later flushes included. */
  #fileBytes = 0;

  private constructor(options: JournalOptions, segments: Segment[]) {
    this.#options = options;
    this.#segments = segments;
    this.#flusher = new Flusher(options);
  }

  /**
   * Reads what follows `afterSeq`, cuts a torn end off, and makes sure that everything it answers is durable.
   *
   * @throws CodedError SW_JOURNAL_CORRUPT
   */
  static async open(options: JournalOptions, afterSeq: number): Promise<OpenedJournal> {
    const { fileSystem, directory } = options;
    const segments = await listSegments(fileSystem, directory);
    const { records, newest, bytes, last } = await replay({ fileSystem, directory, segments, afterSeq });
    const journal = new Journal(options, segments);
    if (last !== null) await journal.#resume(last);
    // Behind what the checkpoint holds a segment cannot go on: the numbers between would be missing in it.
    if (last !== null && last.endSeq <= afterSeq) await journal.close();
    return {
      journal,
      records,
      newest: newest !== null && newest.seq > afterSeq ? newest : null,
      replayedBytes: bytes,
      tornBytes: last?.isTorn ? lengthOf(last.content) - last.goodBytes : 0,
    };
  }

  /** Bytes of the segment that is being written; infinite when the next flush must begin one. */
  get segmentBytes(): number {
    return this.#file === null ? Number.POSITIVE_INFINITY : (this.#segments.at(-1)?.bytes ?? 0);
  }

  /** Makes one batch durable; answers its bytes. After a rejection the journal must be opened again. */
  async append({ entries, frame: written, startsSegment }: Batch, isDeviceBusy: boolean): Promise<number> {
    const first = (entries[0] as EncodedEntry).entry; // a batch is never empty
    const frame = written.finish(first.seq, entries.length);
    if (startsSegment) await this.#beginSegment(first);
    const [file, segment] = [this.#file, this.#segments.at(-1)] as [DurableFile, Segment]; // one was begun at the latest now
    const end = segment.bytes + frame.length;
    if (end > this.#fileBytes && this.#options.reserveBytes > 0) {
      // An fdatasync is much cheaper where it has no new length of the file to make durable.
      this.#fileBytes = end + this.#options.reserveBytes;
      await file.truncate(this.#fileBytes);
    }
    await file.write(frame, segment.bytes);
    await this.#flusher.flush(file, entries.length === 1 && !isDeviceBusy);
    segment.bytes = end;
    return frame.length;
  }

  /** The segments that may hold entries between two numbers (exclusive) and are still kept, oldest first. */
  view(afterSeq: number, beforeSeq: number): readonly SegmentView[] {
    const first = Math.max(indexOfSeq(this.#segments, afterSeq + 1), 0);
    return this.#segments
      .slice(first)
      .filter(({ firstSeq }) => firstSeq < beforeSeq)
      .map((segment) => ({ segment, durableBytes: segment.bytes }));
  }

  /**
   * Removes the oldest segments, as far as they are folded: those beyond `bytesMax` of closed segments, and those whose
   * entries are all older than `sinceMs`, epoch milliseconds. The newest always stays, so that an empty journal folder
   * beside a checkpoint means a loss.
   */
  async drop(
    foldedSeq: number,
    { bytesMax, sinceMs }: { readonly bytesMax: number; readonly sinceMs: number },
  ): Promise<void> {
    for (;;) {
      const [oldest, next] = this.#segments;
      if (oldest === undefined || next === undefined || next.firstSeq - 1 > foldedSeq) return;
      const closedBytes = this.#segments.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0);
      if (closedBytes <= bytesMax && (await this.#begunAt(next)) >= sinceMs) return;
      // Oldest first, and each before the next: a crash in between leaves no gap.
      await this.#options.fileSystem.remove(oldest.path);
      this.#segments.shift();
      await this.#options.fileSystem.syncDirectory(this.#options.directory);
    }
  }

  /** Gives the room back that was taken beforehand. */
  async close(): Promise<void> {
    const [file, segment] = [this.#file, this.#segments.at(-1)];
    this.#file = null;
    if (file === null || segment === undefined) return;
    // Whoever reads the file cuts it off as well, so that nothing depends on this.
    if (this.#fileBytes > segment.bytes) await file.truncate(segment.bytes).catch(() => {});
    await file.close();
  }

  /** Takes up the last segment: cuts off what is torn, or only room, and flushes what was read. */
  async #resume({ content, goodBytes, lastFrame }: LastSegment): Promise<void> {
    const { fileSystem, directory } = this.#options;
    const segment = this.#segments.at(-1) as Segment; // it is the one that was read
    const file = await fileSystem.open(segment.path, 'modify');
    try {
      if (content.length > goodBytes) await file.truncate(goodBytes);
      // What the last flush wrote may have been read from the system's cache only: its process may have died before the
      // fdatasync, or the fdatasync failed, after which the system takes the pages for clean and would never write them.
      // Written again, they are flushed for certain. Everything before was followed by a flush that succeeded.
      if (goodBytes > lastFrame) await file.write(content.subarray(lastFrame, goodBytes), lastFrame);
      await file.sync();
      await fileSystem.syncDirectory(directory);
    } catch (error) {
      await file.close().catch(() => {}); // the first error says more
      throw error;
    }
    segment.bytes = goodBytes;
    this.#fileBytes = goodBytes;
    this.#file = file;
  }

  async #beginSegment({ seq: firstSeq, at: begunAt }: LogEntry): Promise<void> {
    const { fileSystem, directory } = this.#options;
    await this.close();
    const path = segmentPath(directory, firstSeq);
    this.#file = await fileSystem.open(path, 'create');
    this.#fileBytes = 0;
    await fileSystem.syncDirectory(directory);
    this.#segments.push({ path, firstSeq, bytes: 0, begunAt });
  }

  /** Time of the first entry; one that cannot be read counts as new, so that nothing is removed on its account. */
  async #begunAt(segment: Segment): Promise<number> {
    segment.begunAt ??= firstEntryAt(await this.#options.fileSystem.read(segment.path));
    return segment.begunAt;
  }
}

function firstEntryAt(content: Buffer): number {
  const frame = frameAt(content, 0);
  const [first] = typeof frame === 'string' ? [] : new Fold().takeFrame(content, frame);
  return first?.entry?.at ?? Number.POSITIVE_INFINITY;
}

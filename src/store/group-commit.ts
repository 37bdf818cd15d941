/**
 * Gathers concurrent appends while a flush is under way and hands them to the next flush as one batch.
 *
 * Order is that of the calls. After a flush fails nothing more is accepted: what the device holds is unknown, and only
 * reading it again can tell.
 */
import { CodedError } from '../core/errors.ts';
import type { EncodedEntry, Encoder } from './journal/encoder.ts';
import { FrameWriter } from './journal/frame-writer.ts';
import type { Batch } from './journal/journal.ts';
import type { LogEntry } from './store.ts';

export interface GroupCommitOptions {
  /** Sequence number after which the first append goes on. */
  readonly lastSeq: number;
  /** See {@link StoreLimits.pendingBytesMax}. */
  readonly pendingBytesMax: number;
  /** Turns entries into what is written. */
  readonly encoder: Encoder;
  /** Makes a batch durable; called for one batch at a time. */
  flush(batch: Batch): Promise<void>;
}

/** Entries that are written by one flush, and the promise that all their senders share. */
interface Gathered extends Batch {
  readonly entries: EncodedEntry[];
  startsSegment: boolean;
  readonly done: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** An append that waits because the batch being gathered is full. */
interface Waiting {
  readonly entries: readonly LogEntry[];
  resolve(done: Promise<void>): void;
  reject(error: Error): void;
}

/** With fewer entries than this at once there is nothing to be won by writing while others still work. */
const overlapMin = 32;

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #waiting: Waiting[] = [];
  #gathered: Gathered = emptyBatch(new FrameWriter());
  /** Memory for the next frame: there are never more than two at work. */
  #spare = new FrameWriter();
  #flushing: Gathered | null = null;
  #running: Promise<void> | null = null;
  #isScheduled = false;
  /** Entries that are enough to begin a flush, although others of the same moment may follow. */
  #enough = Number.POSITIVE_INFINITY;
  #lastSeq: number;
  #refusal: CodedError | null = null;
  #failed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#lastSeq = options.lastSeq;
  }

  /** Why nothing more is accepted, or null. */
  get refusal(): CodedError | null {
    return this.#refusal;
  }

  /** Resolves when the entries are durable. They must follow the last ones without a gap. */
  append(entries: readonly LogEntry[]): Promise<void> {
    if (this.#refusal !== null) return Promise.reject(this.#refusal);
    let expected = this.#lastSeq;
    for (const { seq } of entries)
      if (seq !== ++expected)
        return Promise.reject(new Error(`Invariant broken: entry ${seq} was appended where ${expected} must follow`));
    if (entries.length === 0) return Promise.resolve();
    this.#lastSeq = expected;
    if (this.#waiting.length === 0 && this.#hasRoom) return this.#gather(entries);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
    });
  }

  /** Refuses everything from now on, what waits and what is being flushed included. */
  fail(cause: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const refusal = failedError(cause);
    this.#refusal = refusal;
    const refused = [this.#flushing, this.#gathered, ...this.#waiting.splice(0)];
    this.#gathered = emptyBatch(new FrameWriter()); // nothing more comes
    for (const one of refused) one?.reject(refusal);
  }

  /** Accepts nothing more; resolves when what was accepted is durable or refused. */
  async close(): Promise<void> {
    this.#refusal ??= closedError();
    this.#begin();
    while (this.#running !== null) await this.#running;
  }

  get #hasRoom(): boolean {
    return this.#gathered.frame.bytes < this.#options.pendingBytesMax;
  }

  /** Adds entries to the next flush; answers when that is done. */
  #gather(entries: readonly LogEntry[]): Promise<void> {
    const batch = this.#gathered;
    try {
      if (batch.entries.length === 0) batch.startsSegment = this.#options.encoder.beginBatch();
      for (const entry of entries) batch.entries.push(this.#options.encoder.encode(entry, batch.frame));
    } catch (error) {
      this.fail(error); // what is not JSON cannot be written, and nothing may take its place in the order
      return batch.done;
    }
    this.#beginSoon();
    return batch.done;
  }

  /**
   * A flush begins a moment after the first append, so that everybody who was woken by the same flush is in the next
   * one; but when half as many have come as the last one held it begins at once, and the others work while the device
   * does.
   */
  #beginSoon(): void {
    if (this.#running !== null) return;
    if (this.#gathered.entries.length >= this.#enough) this.#begin();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.#begin();
      });
    }
  }

  #begin(): void {
    if (this.#running === null && this.#gathered.entries.length > 0) this.#running = this.#run();
  }

  /**
   * Flushes until nothing is left. The senders of one flush hear of it when the next one has begun: they go on working
   * at once, and the device would wait for them, and they for the device after that.
   */
  async #run(): Promise<void> {
    let flushed: Gathered | null = null;
    while (this.#gathered.entries.length > 0) {
      const batch = this.#gathered;
      this.#flushing = batch;
      this.#gathered = emptyBatch(this.#spare);
      this.#enough = Math.max(overlapMin, batch.entries.length) >> 1;
      const flushing = this.#options.flush(batch).catch((error: unknown) => this.fail(error));
      flushed?.resolve();
      await flushing;
      this.#flushing = null;
      if (this.#failed) break;
      this.#spare = batch.frame;
      flushed = batch;
      this.#admit();
    }
    flushed?.resolve();
    this.#running = null;
  }

  /** Lets appends in that waited for room. */
  #admit(): void {
    while (this.#waiting.length > 0 && this.#hasRoom) {
      const { entries, resolve } = this.#waiting.shift() as Waiting; // the queue is not empty
      resolve(this.#gather(entries));
    }
  }
}

function emptyBatch(frame: FrameWriter): Gathered {
  frame.reset();
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => {}, () => {}];
  const done = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  done.catch(() => {}); // whoever appended has it too; an empty batch has nobody
  return { entries: [], frame, startsSegment: false, done, resolve, reject };
}

function failedError(cause: unknown): CodedError {
  if (cause instanceof CodedError && cause.code === 'SW_STORE_FAILED') return cause;
  return new CodedError('SW_STORE_FAILED', {
    doing: 'making entries durable',
    expected: 'the write and its flush to succeed',
    found: cause instanceof Error ? cause.message : String(cause),
    todo: 'Repair the cause (disk full, disk failing, folder gone), then start again: the store reads back what is really there',
    cause,
  });
}

function closedError(): CodedError {
  return new CodedError('SW_STORE_FAILED', {
    doing: 'appending to the store',
    expected: 'an open store',
    found: 'one that was closed',
    todo: 'Open the store again',
  });
}

/** Folds the journal into the checkpoint as it grows, off the way of those who append. */
import type { Low } from 'lowdb';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { type Checkpoint, type CheckpointAdapter, emptyCheckpoint } from './checkpoint-adapter.ts';
import type { DirectoryLock } from './directory-lock.ts';
import type { Journal } from './journal/journal.ts';
import type { Warn } from './recovery.ts';
import type { StoreLimits } from './store-limits.ts';

export interface FoldingOptions {
  readonly directory: string;
  readonly low: Low<Checkpoint>;
  readonly adapter: CheckpointAdapter;
  readonly lock: DirectoryLock;
  readonly clock: Clock;
  readonly limits: StoreLimits;
  readonly warn: Warn;
  readonly journal: Journal;
  /** Bytes of the journal that the newest checkpoint does not cover. */
  readonly unfoldedBytes: number;
  /** What is durable now. */
  readonly durable: () => { readonly seq: number; readonly at: number; readonly records: ReadonlyMap<string, Json> };
  /** Hears that somebody else owns the directory: nothing may be written any more. */
  readonly onLockLost: (error: CodedError) => void;
}

export class Folding {
  readonly #options: FoldingOptions;
  #unfoldedBytes: number;
  /** How many of them make the next checkpoint due. */
  #dueBytes: number;
  #foldedSeq: number;
  #newest: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isClosed = false;

  constructor(options: FoldingOptions) {
    this.#options = options;
    this.#foldedSeq = options.low.data.lastSeq;
    this.#unfoldedBytes = options.unfoldedBytes;
    this.#dueBytes = options.limits.checkpointBytes;
    options.low.data = emptyCheckpoint;
  }

  /** Whether a checkpoint is being written. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Takes note of bytes that were appended, and writes a checkpoint when it is due. */
  add(bytes: number): void {
    this.#unfoldedBytes += bytes;
    if (this.#unfoldedBytes < this.#dueBytes) return;
    this.#dueBytes = Number.POSITIVE_INFINITY; // one at a time
    this.write().catch((error: unknown) => {
      // Nothing is lost by this: the journal still holds all.
      if (!this.#isClosed) this.#options.warn('The checkpoint could not be written.', { error });
    });
  }

  /** Whether the journal holds more than it may: one that cannot be folded must not fill the disk. */
  get isFull(): boolean {
    return this.#unfoldedBytes > this.#options.limits.journalBytesMax;
  }

  /** Resolves when there is room in the journal, after a checkpoint. */
  async makeRoom(): Promise<void> {
    const { directory, limits } = this.#options;
    await this.write().catch((cause: unknown) => {
      throw new CodedError('SW_STORE_FAILED', {
        doing: `appending to the journal of ${directory}`,
        expected: `at most journalBytesMax (${limits.journalBytesMax}) bytes that no checkpoint covers`,
        found: `${this.#unfoldedBytes} bytes, and a checkpoint that cannot be written`,
        todo: 'Repair what keeps the checkpoint from being written (the error before this one names it), then start again',
        cause,
      });
    });
  }

  /** Writes a checkpoint, one at a time. */
  write(): Promise<void> {
    const next = this.#newest.catch(() => {}).then(() => this.#fold()); // an earlier failure is its caller's
    this.#newest = next;
    return next;
  }

  /** Resolves when nothing is being written any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#newest.catch(() => {}); // its caller, or the warning, has the error
  }

  async #fold(): Promise<void> {
    const { low, adapter, journal, clock, limits, directory } = this.#options;
    const { seq: lastSeq, at: lastAt, records } = this.#options.durable();
    if (lastSeq === this.#foldedSeq) return;
    const bytes = this.#unfoldedBytes;
    this.#isWriting = true;
    try {
      // The records are shared, so that this is quick.
      low.data = { lastSeq, lastAt, savedAt: clock.now(), records: new Map(records) };
      await this.#requireLock();
      await low.write();
      this.#foldedSeq = lastSeq;
      this.#unfoldedBytes -= bytes;
      this.#dueBytes = limits.checkpointBytes;
      const sinceMs = clock.now() - limits.historyMsMax;
      await journal.drop(adapter.foldedSeq, { bytesMax: limits.historyBytesMax, sinceMs });
    } catch (error) {
      this.#dueBytes = this.#unfoldedBytes + limits.checkpointBytes / 4;
      throw error instanceof CodedError ? error : checkpointError(directory, error);
    } finally {
      this.#isWriting = false;
      low.data = emptyCheckpoint; // held any longer it would keep every old record in memory
    }
  }

  /** A checkpoint replaces and removes files: an owner that lost its lock must not touch what is no longer its own. */
  async #requireLock(): Promise<void> {
    const { lock, directory, onLockLost } = this.#options;
    if (await lock.isHeld()) return;
    const error = new CodedError('SW_STORE_FAILED', {
      doing: `writing the checkpoint of ${directory}`,
      expected: `to own the directory under epoch ${lock.epoch}`,
      found: 'that its lock file is gone or a later owner exists',
      todo: 'Let one process at a time use the directory, and never delete the lock of one that runs',
    });
    onLockLost(error);
    throw error;
  }
}

function checkpointError(directory: string, cause: unknown): CodedError {
  return new CodedError('SW_STORE_FAILED', {
    doing: `writing the checkpoint of ${directory}`,
    expected: 'the write, its flush and the renaming to succeed',
    found: cause instanceof Error ? cause.message : String(cause),
    todo: 'Repair the cause; until then the journal grows and holds everything',
    cause,
  });
}

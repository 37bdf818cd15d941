/**
 * Gathers concurrent appends while a flush is under way and hands them to the next flush as one batch.
 *
 * Order is that of the calls. After a flush fails nothing more is accepted: what the device holds is unknown, and only
 * reading it again can tell.
 */
import { CodedError } from '../core/errors.ts';
import { type EncodedEntry, encodeEntry } from './journal-record.ts';
import type { LogEntry } from './store.ts';

export interface GroupCommitOptions {
  /** Sequence number after which the first append goes on. */
  readonly lastSeq: number;
  /** See {@link StoreLimits.pendingBytesMax}. */
  readonly pendingBytesMax: number;
  /** Makes a batch durable; called for one batch at a time. */
  flush(batch: readonly EncodedEntry[]): Promise<void>;
}

interface Append {
  readonly entries: readonly LogEntry[];
  resolve(): void;
  reject(error: Error): void;
}

interface Batch {
  readonly entries: EncodedEntry[];
  readonly appends: Append[];
  bytes: number;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  /** Appends that wait because the batch being gathered is full. */
  readonly #waiting: Append[] = [];
  #gathered: Batch = emptyBatch();
  #flushing: Batch = emptyBatch();
  #running: Promise<void> | null = null;
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
    for (const [index, { seq }] of entries.entries()) {
      const expected = this.#lastSeq + index + 1;
      if (seq !== expected)
        return Promise.reject(new Error(`Invariant broken: entry ${seq} was appended where ${expected} must follow`));
    }
    if (entries.length === 0) return Promise.resolve();
    this.#lastSeq += entries.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      this.#gather();
    });
  }

  /** Refuses everything from now on, what waits and what is being flushed included. */
  fail(cause: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const refusal = failedError(cause);
    this.#refusal = refusal;
    const appends = [...this.#flushing.appends, ...this.#gathered.appends, ...this.#waiting.splice(0)];
    this.#gathered = emptyBatch();
    for (const { reject } of appends) reject(refusal);
  }

  /** Accepts nothing more; resolves when what was accepted is durable or refused. */
  async close(): Promise<void> {
    this.#refusal ??= closedError();
    while (this.#running !== null) await this.#running;
  }

  #gather(): void {
    try {
      while (this.#waiting.length > 0 && this.#gathered.bytes < this.#options.pendingBytesMax)
        addTo(this.#gathered, this.#waiting.shift() as Append); // the queue is not empty
    } catch (error) {
      this.fail(error); // what is not JSON cannot be written, and nothing may take its place in the order
      return;
    }
    // Not at once: everybody who is woken by the same flush appends before the next one starts.
    this.#running ??= Promise.resolve().then(() => this.#run());
  }

  async #run(): Promise<void> {
    while (this.#gathered.entries.length > 0) {
      const batch = this.#gathered;
      this.#flushing = batch;
      this.#gathered = emptyBatch();
      await this.#options.flush(batch.entries).catch((error: unknown) => this.fail(error));
      if (this.#failed) break;
      for (const { resolve } of batch.appends) resolve();
      if (this.#waiting.length > 0) this.#gather();
    }
    this.#running = null;
  }
}

function emptyBatch(): Batch {
  return { entries: [], appends: [], bytes: 0 };
}

function addTo(batch: Batch, append: Append): void {
  batch.appends.push(append);
  for (const entry of append.entries) {
    const encoded = encodeEntry(entry, batch.entries[0]?.seq ?? entry.seq);
    batch.entries.push(encoded);
    batch.bytes += encoded.bytes;
  }
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

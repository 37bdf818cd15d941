/** The store in a folder of this machine: a journal for every commit, a checkpoint into which it is folded. */
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { emptyCheckpoint } from './checkpoint-adapter.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { type FileSystem, nodeFileSystem, openingError } from './durable-file.ts';
import { GroupCommit } from './group-commit.ts';
import { type HistoryQuery, readHistory } from './history.ts';
import { HistoryTail } from './history-tail.ts';
import type { Journal } from './journal.ts';
import { type EncodedEntry, encodeEntry } from './journal-record.ts';
import { type ProcessTable, systemProcesses } from './process-table.ts';
import { type Found, recover, type Warn } from './recovery.ts';
import type { LogEntry, Recovered, Store } from './store.ts';
import { completeLimits, type StoreLimits } from './store-limits.ts';

export interface EmbeddedStoreOptions {
  /** The data directory. It is created when the folder above it exists. */
  readonly directory: string;
  /** Dates the lock and the checkpoints. */
  readonly clock: Clock;
  /** @default the file system of this machine */
  readonly fileSystem?: FileSystem;
  /** @default the processes of this machine */
  readonly processes?: ProcessTable;
  readonly limits?: Partial<StoreLimits>;
  /**
   * Hears of what does not stop the store: an unreadable copy of the checkpoint, a torn end that was cut off, a
   * checkpoint that could not be written and is tried again later.
   */
  readonly warn?: Warn;
}

/**
 * Opens the store of a data directory: takes its lock, reads the checkpoint, replays the journal, cuts a torn end off.
 *
 * @throws CodedError SW_DATA_LOCKED, SW_DATA_UNWRITABLE, SW_JOURNAL_CORRUPT, SW_CHECKPOINT_CORRUPT, SW_STORE_FAILED
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { directory, clock, fileSystem = nodeFileSystem, processes = systemProcesses } = options;
  let lock: DirectoryLock | null = null;
  try {
    await fileSystem.makeDirectory(directory);
    lock = await lockDirectory({ fileSystem, processes, clock, directory });
    const limits = completeLimits(options.limits);
    const warn = options.warn ?? (() => {});
    const found = await recover({ directory, fileSystem, limits, warn, epoch: lock.epoch });
    return new EmbeddedStore({ ...options, fileSystem, warn, limits, lock, ...found });
  } catch (error) {
    await lock?.release().catch(() => {}); // the first error says more
    throw openingError(error, directory);
  }
}

interface EmbeddedStoreParts extends EmbeddedStoreOptions, Found {
  readonly fileSystem: FileSystem;
  readonly warn: Warn;
  readonly limits: StoreLimits;
  readonly lock: DirectoryLock;
}

class EmbeddedStore implements Store {
  readonly recovered: Recovered;
  readonly #parts: EmbeddedStoreParts;
  readonly #journal: Journal;
  readonly #commit: GroupCommit;
  readonly #tail: HistoryTail;
  /** JSON text of the newest durable record of each instance. */
  readonly #records: Map<string, string>;
  #durableSeq: number;
  #foldedSeq: number;
  #bytesSinceCheckpoint: number;
  #checkpointing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(parts: EmbeddedStoreParts) {
    const { opened, low, lock, limits } = parts;
    this.#parts = parts;
    this.#journal = opened.journal;
    this.#tail = new HistoryTail(limits);
    this.#records = new Map(low.data.records);
    this.#foldedSeq = low.data.lastSeq;
    this.#durableSeq = low.data.lastSeq;
    low.data = emptyCheckpoint;
    this.#bytesSinceCheckpoint = opened.replayedBytes;
    for (const entry of opened.entries) this.#keep(encodeEntry(entry, entry.seq));
    this.#commit = new GroupCommit({
      lastSeq: this.#durableSeq,
      pendingBytesMax: limits.pendingBytesMax,
      flush: (batch) => this.#flush(batch),
    });
    const records = new Map([...this.#records].map(([key, text]) => [key, JSON.parse(text) as Json])); // JSON.parse makes JSON
    this.recovered = { records, lastSeq: this.#durableSeq, tornBytes: opened.tornBytes, epoch: lock.epoch };
  }

  append(entries: readonly LogEntry[]): Promise<void> {
    return this.#commit.append(entries);
  }

  history(query: HistoryQuery): Promise<readonly LogEntry[]> {
    return readHistory({ tail: this.#tail, journal: this.#journal, fileSystem: this.#parts.fileSystem }, query);
  }

  checkpoint(): Promise<void> {
    const next = this.#checkpointing.catch(() => {}).then(() => this.#fold()); // an earlier failure is its caller's
    this.#checkpointing = next;
    return next;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #flush(batch: readonly EncodedEntry[]): Promise<void> {
    this.#bytesSinceCheckpoint += await this.#journal.append(batch);
    for (const entry of batch) this.#keep(entry);
    if (this.#bytesSinceCheckpoint < this.#parts.limits.checkpointBytes) return;
    this.#bytesSinceCheckpoint = 0;
    this.checkpoint().catch((error: unknown) => {
      if (this.#closing !== null) return;
      // Nothing is lost by this: the journal still holds all. The next try comes after as many bytes again.
      this.#parts.warn('The checkpoint could not be written.', { error });
    });
  }

  /** Takes a durable entry into what readers and the next checkpoint see. */
  #keep(entry: EncodedEntry): void {
    this.#tail.push(entry);
    if (entry.record === null) this.#records.delete(entry.key);
    else this.#records.set(entry.key, entry.record);
    this.#durableSeq = entry.seq;
  }

  async #fold(): Promise<void> {
    const { low, adapter, lock, clock, limits, directory } = this.#parts;
    if (this.#commit.refusal !== null) throw this.#commit.refusal;
    const lastSeq = this.#durableSeq;
    if (lastSeq === this.#foldedSeq) return;
    const records = new Map(this.#records); // the texts are shared, so that this is quick
    try {
      // A checkpoint replaces and removes files: an owner that lost its lock must not touch what is no longer its own.
      if (!(await lock.isHeld())) throw this.#lockLost();
      low.data = { lastSeq, savedAt: clock.now(), records };
      await low.write();
      low.data = emptyCheckpoint; // it was handed over; held any longer it would keep every old record in memory
      this.#foldedSeq = lastSeq;
      await this.#journal.drop(adapter.foldedSeq, limits.historyBytesMax);
    } catch (error) {
      throw error instanceof CodedError ? error : checkpointError(directory, error);
    }
  }

  #lockLost(): CodedError {
    const error = new CodedError('SW_STORE_FAILED', {
      doing: `writing the checkpoint of ${this.#parts.directory}`,
      expected: `to own the directory under epoch ${this.#parts.lock.epoch}`,
      found: 'that its lock file is gone or a later owner exists',
      todo: 'Let one process at a time use the directory, and never delete the lock of one that runs',
    });
    this.#commit.fail(error);
    return error;
  }

  async #close(): Promise<void> {
    await this.#commit.close();
    await this.#checkpointing.catch(() => {}); // its caller, or the warning, has the error
    try {
      await this.#journal.close();
    } finally {
      await this.#parts.lock.release();
    }
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

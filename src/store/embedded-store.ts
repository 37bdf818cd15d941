/** The store in a folder of this machine: a journal for every commit, a checkpoint into which it is folded. */
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { type FileSystem, nodeFileSystem, openingError } from './durable-file.ts';
import { Folding } from './folding.ts';
import { GroupCommit } from './group-commit.ts';
import { readHistory } from './history.ts';
import { HistoryTail } from './history-tail.ts';
import { type EncodedEntry, Encoder } from './journal/encoder.ts';
import type { Batch, Journal } from './journal/journal.ts';
import { type ProcessTable, systemProcesses } from './process-table.ts';
import { type Found, recover, type Warn } from './recovery.ts';
import { salvageDirectory } from './salvage.ts';
import type { HistoryQuery, LogEntry, PastEntry, Recovered, Salvaged, Store } from './store.ts';
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
   * Keeps all that is sound of a directory that cannot be opened otherwise (`SW_JOURNAL_CORRUPT`,
   * `SW_CHECKPOINT_CORRUPT`), and puts damaged files aside in its folder `damaged`.
   * @default false
   */
  readonly salvage?: boolean;
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
    const { epoch } = lock;
    const salvaged = options.salvage ? await salvageDirectory({ directory, fileSystem, clock, epoch }) : null;
    const found = await recover({ directory, fileSystem, limits, warn, clock, epoch });
    return new EmbeddedStore({ ...options, fileSystem, warn, limits, lock, salvaged, ...found });
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
  readonly salvaged: Salvaged | null;
}

class EmbeddedStore implements Store {
  readonly recovered: Recovered;
  readonly #parts: EmbeddedStoreParts;
  readonly #journal: Journal;
  readonly #commit: GroupCommit;
  readonly #folding: Folding;
  readonly #tail: HistoryTail;
  /** Newest durable record of each instance. */
  readonly #records: Map<string, Json>;
  /** Number and time of the last durable entry. */
  #newest: { readonly seq: number; readonly at: number };
  #closing: Promise<void> | null = null;

  constructor(parts: EmbeddedStoreParts) {
    const { opened, low, lock, limits, salvaged } = parts;
    const { journal, tornBytes } = opened;
    this.#parts = parts;
    this.#journal = journal;
    this.#tail = new HistoryTail(limits);
    this.#newest = opened.newest ?? { seq: low.data.lastSeq, at: low.data.lastAt };
    const { seq: lastSeq, at: lastAt } = this.#newest;
    const records = recordsOf(low.data.records, opened.records);
    this.#records = new Map(records);
    this.#commit = new GroupCommit({
      lastSeq,
      pendingBytesMax: limits.pendingBytesMax,
      encoder: new Encoder({ ...limits, records, segmentBytes: journal.segmentBytes }),
      flush: (batch) => this.#flush(batch),
    });
    this.#folding = new Folding({
      ...parts,
      journal,
      unfoldedBytes: opened.replayedBytes,
      durable: () => ({ ...this.#newest, records: this.#records }),
      onLockLost: (error) => this.#commit.fail(error),
    });
    this.recovered = { records, lastSeq, lastAt, tornBytes, epoch: lock.epoch, ...(salvaged && { salvaged }) };
  }

  append(entries: readonly LogEntry[]): Promise<void> {
    return this.#commit.append(entries);
  }

  history(query: HistoryQuery): Promise<readonly PastEntry[]> {
    const { fileSystem } = this.#parts;
    return readHistory({ tail: this.#tail, journal: this.#journal, fileSystem, lastSeq: this.#newest.seq }, query);
  }

  async checkpoint(): Promise<void> {
    if (this.#commit.refusal !== null) throw this.#commit.refusal;
    await this.#folding.write();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #flush(batch: Batch): Promise<void> {
    if (this.#folding.isFull) await this.#folding.makeRoom();
    const bytes = await this.#journal.append(batch, this.#folding.isWriting);
    for (const entry of batch.entries) this.#keep(entry);
    this.#folding.add(bytes);
  }

  /** Takes a durable entry into what readers and the next checkpoint see. */
  #keep(encoded: EncodedEntry): void {
    const { key, record } = encoded.entry;
    this.#tail.push(encoded);
    if (record === null) this.#records.delete(key);
    else this.#records.set(key, record);
    this.#newest = encoded.entry;
  }

  async #close(): Promise<void> {
    await this.#commit.close();
    await this.#folding.close();
    const closed = await Promise.allSettled([this.#journal.close()]);
    const released = await Promise.allSettled([this.#parts.lock.release()]); // whatever became of the journal
    for (const outcome of [...closed, ...released])
      if (outcome.status === 'rejected') throw closingError(outcome.reason, this.#parts.directory);
  }
}

function closingError(cause: unknown, directory: string): CodedError {
  return new CodedError('SW_STORE_FAILED', {
    doing: `closing the data directory ${directory}`,
    expected: 'its files to be closed, and its lock to be given up',
    found: cause instanceof Error ? cause.message : String(cause),
    todo: 'Everything that was acknowledged is safe; check the disk. The next owner takes a lock that was left behind over',
    cause,
  });
}

/** The records of a checkpoint with what the journal tells after it. */
function recordsOf(folded: ReadonlyMap<string, Json>, after: ReadonlyMap<string, Json | null>): Map<string, Json> {
  const records = new Map(folded);
  for (const [key, record] of after)
    if (record === null) records.delete(key);
    else records.set(key, record);
  return records;
}

/**
 * Where the runtime keeps what must not be lost: one ordered log of commits, and the newest record of each instance.
 *
 * Contract (held by `test/store/store.contract.ts`): when {@link Store.append} resolves, the entries survive `kill -9`
 * and a power cut; entries come back in the order of their sequence numbers; an entry is whole or absent, never half.
 * After an append fails the store refuses every further append (`SW_STORE_FAILED`) until it is opened again.
 */
import type { Json } from '../core/json.ts';

/** One commit of one instance. */
export interface LogEntry {
  /** Position in the log, 1 and up, without gaps. */
  readonly seq: number;
  /** The instance. */
  readonly key: string;
  /** Epoch milliseconds at which the step was taken. */
  readonly at: number;
  /**
   * The whole record of the instance after the step; null removes the instance. It must never be changed in place: the
   * store keeps it, and writes only in what it differs from the one before (parts that are the same object are skipped).
   */
  readonly record: Json | null;
  /** What people and the inspector want to know of the step: event, transitions, effects, decisions. */
  readonly note: Json;
}

/** An entry as it is read back. */
export interface PastEntry extends LogEntry {
  /** The record before the step; null when the step began the instance. */
  readonly before: Json | null;
}

/** Which entries {@link Store.history} answers. */
export interface HistoryQuery {
  /** Only entries with a larger number. */
  readonly afterSeq?: number;
  /** Only entries with a smaller number. */
  readonly beforeSeq?: number;
  /** Only entries of this instance. */
  readonly key?: string;
  /** Most entries to answer. */
  readonly limit: number;
  /** Newest first, so that `limit` cuts off the oldest. @default false */
  readonly newestFirst?: boolean;
}

/** What {@link openStore} found. */
export interface Recovered {
  /** Newest record by instance. */
  readonly records: ReadonlyMap<string, Json>;
  /** Sequence number of the last entry; 0 for an empty store. */
  readonly lastSeq: number;
  /** Time of the last entry, epoch milliseconds; 0 for an empty store. */
  readonly lastAt: number;
  /** Bytes of a torn tail that were cut off; 0 normally. */
  readonly tornBytes: number;
  /** Grows by one with each opening: the fencing token of this owner. */
  readonly epoch: number;
  /** What it took to open a damaged store; left out when nothing was salvaged. */
  readonly salvaged?: Salvaged;
}

/** What a salvage found and gave up. */
export interface Salvaged {
  /** Entries that are missing or that build on missing ones, as far as their numbers tell. */
  readonly entriesLost: number;
  /** Instances that were left at an earlier record, or are gone, because later entries could not be applied. */
  readonly rolledBack: readonly string[];
  /** Entries before this number are known only as far as later ones repeat their records; null when none is missing. */
  readonly unknownBefore: number | null;
  /** Files that were put aside, as they were called. */
  readonly files: readonly string[];
}

export interface Store {
  readonly recovered: Recovered;
  /** Makes the entries durable, in order; concurrent calls share one flush. */
  append(entries: readonly LogEntry[]): Promise<void>;
  /** Durable entries, only those that history still keeps. */
  history(query: HistoryQuery): Promise<readonly PastEntry[]>;
  /** Folds the log into the checkpoint and drops what it no longer needs. Safe at any time. */
  checkpoint(): Promise<void>;
  /** Flushes, gives up the lock. */
  close(): Promise<void>;
}

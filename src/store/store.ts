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
  /** The whole record of the instance after the step; null removes the instance. */
  readonly record: Json | null;
  /** What people and the inspector want to know of the step: event, transitions, effects, decisions. */
  readonly note: Json;
}

/** What {@link openStore} found. */
export interface Recovered {
  /** Newest record by instance. */
  readonly records: ReadonlyMap<string, Json>;
  /** Sequence number of the last entry; 0 for an empty store. */
  readonly lastSeq: number;
  /** Bytes of a torn tail that were cut off; 0 normally. */
  readonly tornBytes: number;
  /** Grows by one with each opening: the fencing token of this owner. */
  readonly epoch: number;
}

export interface Store {
  readonly recovered: Recovered;
  /** Makes the entries durable, in order; concurrent calls share one flush. */
  append(entries: readonly LogEntry[]): Promise<void>;
  /** Entries after `afterSeq`, oldest first, at most `limit`; only those that history still keeps. */
  history(options: {
    readonly afterSeq?: number;
    readonly key?: string;
    readonly limit: number;
  }): Promise<readonly LogEntry[]>;
  /** Folds the log into the checkpoint and drops what it no longer needs. Safe at any time. */
  checkpoint(): Promise<void>;
  /** Flushes, gives up the lock. */
  close(): Promise<void>;
}

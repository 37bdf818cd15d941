/** A store whose flush is in the test's hand: commits become durable, or fail, when the test says so. */
import { CodedError } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/json.ts';
import type { HistoryQuery, LogEntry, PastEntry, Recovered, Store } from '../../src/store/store.ts';

export class HeldStore implements Store {
  readonly recovered: Recovered;
  readonly entries: LogEntry[] = [];
  /** While true, appends wait for {@link HeldStore.flush}. */
  held = false;
  readonly #waiting: { entries: readonly LogEntry[]; resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(records: ReadonlyMap<string, Json> = new Map(), lastSeq = 0, lastAt = 0) {
    this.recovered = { records, lastSeq, lastAt, tornBytes: 0, epoch: 1 };
  }

  append(entries: readonly LogEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      if (!this.held) this.flush();
    });
  }

  flush(): void {
    for (const { entries, resolve } of this.#waiting.splice(0)) {
      this.entries.push(...entries);
      resolve();
    }
  }

  /** Lets everything that waits fail, as a full disk does. */
  fail(): void {
    const parts = { doing: 'writing', expected: 'room on the disk', found: 'none', todo: 'Make room' };
    for (const { reject } of this.#waiting.splice(0)) reject(new CodedError('SW_STORE_FAILED', parts));
  }

  /** The newest record of each instance, as a next process would find it. */
  image(): ReadonlyMap<string, Json> {
    const records = new Map<string, Json>();
    for (const { key, record } of this.entries) {
      if (record === null) records.delete(key);
      else records.set(key, record);
    }
    return records;
  }

  history({ afterSeq = 0, key, limit }: HistoryQuery): Promise<readonly PastEntry[]> {
    const newest = new Map<string, Json | null>();
    const past = this.entries.map((entry) => {
      const before = newest.get(entry.key) ?? null;
      newest.set(entry.key, entry.record);
      return { ...entry, before };
    });
    const found = past.filter((entry) => entry.seq > afterSeq && (key === undefined || entry.key === key));
    return Promise.resolve(found.slice(0, limit));
  }

  checkpoint(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

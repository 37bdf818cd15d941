/** The way to the disk: numbers the commits, knows what is durable, and tells of it in order. */
import { type Json, toJson } from '../../core/json.ts';
import { type InstanceRecord, recordSchema, recordToJson } from '../../core/record.ts';
import type { LogEntry, Store } from '../../store/store.ts';
import type { Commit, StepNote } from '../runtime.ts';

export class Commits {
  readonly #store: Store;
  readonly #onFailure: (error: unknown) => void;
  readonly #durable = new Map<string, InstanceRecord>();
  readonly #waiting = new Map<string, number>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #pending = new Set<Promise<void>>();
  #seq: number;
  #durableSeq: number;

  constructor(store: Store, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
    this.#seq = store.recovered.lastSeq;
    this.#durableSeq = this.#seq;
  }

  /** Sequence number of the last durable commit. */
  get lastSeq(): number {
    return this.#durableSeq;
  }

  record(key: string): InstanceRecord | undefined {
    return this.#durable.get(key);
  }

  keys(): readonly string[] {
    return [...this.#durable.keys()];
  }

  /** How many commits of an instance wait for the disk. */
  waiting(key: string): number {
    return this.#waiting.get(key) ?? 0;
  }

  /** Takes a record that the store has given back. */
  recovered(key: string, record: InstanceRecord): void {
    this.#durable.set(key, record);
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes a step durable; then lets its effects begin, tells the listeners, and resolves. A null record removes. */
  async append(
    commit: {
      readonly key: string;
      readonly at: number;
      readonly record: InstanceRecord | null;
      readonly note: StepNote;
    },
    begin: () => void,
  ): Promise<void> {
    const { key, at, record, note } = commit;
    const seq = ++this.#seq;
    const entry: LogEntry = { seq, key, at, record: record && recordToJson(record), note: toJson(note) };
    await this.#flush(entry);
    this.#durableSeq = seq;
    if (record) this.#durable.set(key, record);
    else this.#durable.delete(key);
    begin();
    for (const listener of this.#listeners) listener({ seq, ...commit });
  }

  async history(options: { key?: string; afterSeq?: number; limit: number }): Promise<readonly Commit[]> {
    return (await this.#store.history(options)).map(toCommit);
  }

  /** Resolves when nothing waits for the disk any more, and gives the store back. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await this.#store.close();
  }

  async #flush(entry: LogEntry): Promise<void> {
    const { key } = entry;
    this.#waiting.set(key, this.waiting(key) + 1);
    const durable = this.#store.append([entry]);
    this.#pending.add(durable);
    try {
      await durable;
    } catch (error) {
      this.#onFailure(error);
      throw error;
    } finally {
      this.#pending.delete(durable);
      this.#waiting.set(key, this.waiting(key) - 1);
    }
  }
}

/** A stored record, or why it cannot be used. */
export function parseRecord(stored: Json): { record: InstanceRecord } | { why: string } {
  const parsed = recordSchema.safeParse(stored);
  return parsed.success ? { record: parsed.data } : { why: parsed.error.message };
}

function toCommit({ seq, key, at, record, note }: LogEntry): Commit {
  // Both were written by this runtime in exactly these shapes, and the store checks every entry's checksum.
  return { seq, key, at, record: record as InstanceRecord | null, note: note as unknown as StepNote };
}

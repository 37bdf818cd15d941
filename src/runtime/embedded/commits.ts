/** The way to the disk: numbers the commits, knows what is durable, and tells of it in order. */
import type { Json } from '../../core/json.ts';
import { type InstanceRecord, recordToJson } from '../../core/record.ts';
import type { Instance } from '../../core/snapshot.ts';
import type { PastEntry, Store } from '../../store/store.ts';
import { noteFromJson, noteToJson } from '../note.ts';
import type { Commit, HistoryQuery, StepNote } from '../runtime.ts';

/** A step on its way to the disk. Without an instance it ends the one of that key. */
export interface PendingCommit {
  readonly key: string;
  readonly at: number;
  readonly before: InstanceRecord | null;
  readonly instance: Instance | null;
  readonly note: StepNote;
}

/** A commit that waits for its flush. */
interface Landing {
  readonly seq: number;
  readonly commit: PendingCommit;
  /** Lets its effects begin. */
  readonly begin: () => void;
}

export interface CommitsOptions {
  readonly store: Store;
  /** Hears of an append that fails, and of an effect that could not begin. */
  readonly onFailure: (error: unknown) => void;
  readonly warn: (message: string, details: object) => void;
}

export class Commits {
  readonly #options: CommitsOptions;
  readonly #durable = new Map<string, Instance>();
  readonly #waiting = new Map<string, number>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  /** Settles after every commit before it: appends are answered in order. */
  #newest: Promise<void> = Promise.resolve();
  /** The commits that wait for the same flush as the newest one. */
  #batch: { readonly flushed: Promise<void>; readonly landings: Landing[] } | null = null;
  #seq: number;
  #durableSeq: number;

  constructor(options: CommitsOptions) {
    this.#options = options;
    this.#seq = options.store.recovered.lastSeq;
    this.#durableSeq = this.#seq;
  }

  /** Sequence number of the last durable commit. */
  get lastSeq(): number {
    return this.#durableSeq;
  }

  /** The number that the next commit will have. */
  get nextSeq(): number {
    return this.#seq + 1;
  }

  /** The newest durable state of an instance. */
  instance(key: string): Instance | undefined {
    return this.#durable.get(key);
  }

  instances(): Iterable<Instance> {
    return this.#durable.values();
  }

  /** How many commits of an instance wait for the disk. */
  waiting(key: string): number {
    return this.#waiting.get(key) ?? 0;
  }

  /** Takes an instance that the store has given back, or one with the state that its record stands for. */
  keep(key: string, instance: Instance): void {
    this.#durable.set(key, instance);
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes a step durable; then lets its effects begin, tells the listeners, and resolves. */
  append(commit: PendingCommit, begin: () => void): Promise<void> {
    const { key, at, instance, note, before } = commit;
    const seq = ++this.#seq;
    const record = instance?.record ?? null;
    const machine = (record ?? before)?.machine ?? '';
    this.#waiting.set(key, this.waiting(key) + 1);
    const entry = { seq, key, at, record: record && recordToJson(record), note: noteToJson(note, machine) };
    const flushed = this.#options.store.append([entry]);
    const landing = { seq, commit, begin };
    // Appends that share a flush share its promise: one answer for all of them is much cheaper than one for each.
    if (flushed === this.#batch?.flushed) this.#batch.landings.push(landing);
    else {
      const batch = { flushed, landings: [landing] };
      this.#batch = batch;
      this.#newest = flushed.then(
        () => {
          if (this.#batch === batch) this.#batch = null;
          for (const one of batch.landings) this.#land(one);
        },
        (error: unknown) => {
          this.#options.onFailure(error);
          throw error;
        },
      );
    }
    return this.#newest;
  }

  /** Resolves when everything that was appended so far is durable. */
  durable(): Promise<void> {
    return this.#newest;
  }

  async history(query: HistoryQuery): Promise<readonly Commit[]> {
    return (await this.#options.store.history(query)).map(toCommit);
  }

  /** Resolves when nothing waits for the disk any more, and gives the store back. */
  async close(): Promise<void> {
    await this.#newest.catch(() => {}); // its caller has the error
    await this.#options.store.close();
  }

  /** A listener that throws must not make a durable step look failed to its sender. */
  #tell(commit: Commit): void {
    for (const listener of this.#listeners)
      try {
        listener(commit);
      } catch (error) {
        this.#options.warn('A listener failed.', { key: commit.key, seq: commit.seq, why: String(error) });
      }
  }

  #land({ seq, commit, begin }: Landing): void {
    const { key, at, instance, before, note } = commit;
    this.#durableSeq = seq;
    const left = this.waiting(key) - 1;
    // Kept at 0 while the instance lives: entries that come and go make a Map build itself anew again and again.
    if (left > 0 || instance) this.#waiting.set(key, left);
    else this.#waiting.delete(key);
    if (instance) this.#durable.set(key, instance);
    else this.#durable.delete(key);
    try {
      begin();
    } catch (error) {
      this.#options.onFailure(error); // what it should have begun is in the record: the next opening begins it
    }
    if (this.#listeners.size > 0) this.#tell({ seq, key, at, before, record: instance?.record ?? null, note });
  }
}

function toCommit({ seq, key, at, before, record, note }: PastEntry): Commit {
  // Both were written by this runtime in exactly these shapes, and the store checks every entry's checksum.
  const records = { before: before as InstanceRecord | null, record: record as InstanceRecord | null };
  const machine = (records.record ?? records.before)?.machine ?? '';
  return { seq, key, at, ...records, note: noteFromJson(note as Json, machine) };
}

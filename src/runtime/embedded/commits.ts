/** The way to the disk: numbers the commits, knows what is durable, and tells of it in order. */
import type { Json } from '../../core/json.ts';
import { type InstanceRecord, recordToJson } from '../../core/record.ts';
import type { Instance } from '../../core/snapshot.ts';
import type { PastEntry, Store } from '../../store/store.ts';
import { noteFromJson, noteToJson } from '../note.ts';
import type { Commit, HistoryQuery, StepNote } from '../runtime.ts';
import type { LiveInstance, LiveInstances } from './live-instances.ts';

/** A step on its way to the disk. */
export interface PendingCommit {
  /** Whose step it is. */
  readonly live: LiveInstance;
  readonly at: number;
  readonly before: InstanceRecord | null;
  /** Null when it ends the instance. */
  readonly instance: Instance | null;
  readonly note: StepNote;
  /** Lets its effects begin; null when it has none. */
  readonly begin: (() => void) | null;
}

/** Commits that wait for the same flush; their numbers follow each other. */
interface Batch {
  readonly flushed: Promise<void>;
  readonly firstSeq: number;
  readonly commits: PendingCommit[];
}

export interface CommitsOptions {
  readonly store: Store;
  readonly instances: LiveInstances;
  /** Hears of an append that fails, and of an effect that could not begin. */
  readonly onFailure: (error: unknown) => void;
  readonly warn: (message: string, details: object) => void;
}

export class Commits {
  readonly #options: CommitsOptions;
  readonly #listeners = new Set<(commit: Commit) => void>();
  /** Settles after every commit before it: appends are answered in order. */
  #newest: Promise<void> = Promise.resolve();
  /** The commits that wait for the same flush as the newest one. */
  #batch: Batch | null = null;
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

  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes a step durable; then lets its effects begin, tells the listeners, and resolves. */
  append(commit: PendingCommit): Promise<void> {
    const { live, at, instance, note, before } = commit;
    const { key } = live;
    const seq = ++this.#seq;
    const record = instance?.record ?? null;
    const machine = (record ?? before)?.machine ?? '';
    live.waiting += 1;
    const entry = { seq, key, at, record: record && recordToJson(record), note: noteToJson(note, machine) };
    const flushed = this.#options.store.append([entry]);
    // Appends that share a flush share its promise: one answer for all of them is much cheaper than one for each.
    if (flushed === this.#batch?.flushed) this.#batch.commits.push(commit);
    else this.#newest = this.#landing({ flushed, firstSeq: seq, commits: [commit] });
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

  async #landing(batch: Batch): Promise<void> {
    this.#batch = batch;
    try {
      await batch.flushed;
    } catch (error) {
      this.#options.onFailure(error);
      throw error;
    }
    if (this.#batch === batch) this.#batch = null;
    let seq = batch.firstSeq;
    for (const commit of batch.commits) this.#land(seq++, commit);
  }

  #land(seq: number, { live, at, instance, before, note, begin }: PendingCommit): void {
    this.#durableSeq = seq;
    live.waiting -= 1;
    live.durable = instance;
    if (instance === null) this.#options.instances.release(live);
    try {
      begin?.();
    } catch (error) {
      this.#options.onFailure(error); // what it should have begun is in the record: the next opening begins it
    }
    if (this.#listeners.size > 0)
      this.#tell({ seq, key: live.key, at, before, record: instance?.record ?? null, note });
  }
}

function toCommit({ seq, key, at, before, record, note }: PastEntry): Commit {
  // Both were written by this runtime in exactly these shapes, and the store checks every entry's checksum.
  const records = { before: before as InstanceRecord | null, record: record as InstanceRecord | null };
  const machine = (records.record ?? records.before)?.machine ?? '';
  return { seq, key, at, ...records, note: noteFromJson(note as Json, machine) };
}

/** The store without a disk, for embedding where nothing must last and for tests that crash in virtual time. */
import { CodedError, invariant } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { GroupCommit } from './group-commit.ts';
import { Encoder } from './journal/encoder.ts';
import type { HistoryQuery, LogEntry, PastEntry, Recovered, Store } from './store.ts';
import { defaultStoreLimits } from './store-limits.ts';

/** What would be on a disk. It lives on when its store is gone, and one store at a time may use it. */
export interface MemoryImage {
  /** Number of the last entry that is kept for certain. */
  readonly lastSeq: number;
  /** Whether an open store uses it. */
  readonly isHeld: boolean;
}

export interface MemoryStoreOptions {
  /** Stands for the flush to the device: entries are kept once it resolves; a rejection is a failed flush. */
  readonly flush?: (entries: readonly { readonly seq: number }[]) => Promise<void>;
  /** Entries kept for {@link Store.history}. @default 100,000 */
  readonly historyEntriesMax?: number;
}

export interface MemoryStore extends Store {
  /** What outlives this store; give it to {@link createMemoryStore} for the next one. */
  image(): MemoryImage;
  /**
   * Ends this store as a crash would. What was not acknowledged is lost, except for the first `unacknowledgedKept`
   * entries that wait for their flush: a crash may come after the device has them. Waiting appends are refused.
   *
   * @returns what a restart finds
   */
  crash(options?: { readonly unacknowledgedKept?: number }): MemoryImage;
}

class Image implements MemoryImage {
  lastSeq = 0;
  lastAt = 0;
  isHeld = false;
  epoch = 0;
  readonly records = new Map<string, Json>();
  history: PastEntry[] = [];

  keep(entry: PastEntry): void {
    if (entry.record === null) this.records.delete(entry.key);
    else this.records.set(entry.key, entry.record);
    this.history.push(entry);
    this.lastSeq = entry.seq;
    this.lastAt = entry.at;
  }
}

/**
 * A store in memory, empty or with what an earlier one left.
 *
 * @throws CodedError SW_DATA_LOCKED while another store uses the image
 */
export function createMemoryStore(previous?: MemoryImage, options: MemoryStoreOptions = {}): MemoryStore {
  const image = previous ?? new Image();
  invariant(image instanceof Image, 'a memory store continues the image of a memory store');
  if (image.isHeld)
    throw new CodedError('SW_DATA_LOCKED', {
      doing: 'opening a store in memory',
      expected: 'that no other store uses the image',
      found: `the one with epoch ${image.epoch}`,
      todo: 'Close or crash that store first',
    });
  image.isHeld = true;
  image.epoch += 1;
  return new InMemoryStore(image, options);
}

class InMemoryStore implements MemoryStore {
  readonly recovered: Recovered;
  readonly #image: Image;
  readonly #commit: GroupCommit;
  readonly #historyEntriesMax: number;
  /** The batch whose flush is under way. */
  #flushing: readonly PastEntry[] = [];
  #isOver = false;

  constructor(image: Image, { flush = () => Promise.resolve(), historyEntriesMax = 100_000 }: MemoryStoreOptions) {
    this.#image = image;
    this.#historyEntriesMax = historyEntriesMax;
    const { lastSeq, lastAt, epoch } = image;
    const records = new Map(image.records);
    this.recovered = { records, lastSeq, lastAt, tornBytes: 0, epoch };
    this.#commit = new GroupCommit({
      lastSeq,
      // Its lines are not kept: they show that an entry could be written, and how much waits.
      encoder: new Encoder({ records, segmentBytes: 0, segmentBytesMax: Number.POSITIVE_INFINITY }),
      pendingBytesMax: defaultStoreLimits.pendingBytesMax,
      flush: async (batch) => {
        const entries = batch.entries.map(({ entry }) => entry);
        this.#flushing = entries;
        await flush(entries);
        if (this.#isOver) return; // crashed meanwhile: the image may be in use by the next store
        this.#flushing = [];
        for (const entry of entries) image.keep(entry);
        this.#trim(2 * historyEntriesMax); // cutting at twice the limit costs each entry one copy at most
      },
    });
  }

  append(entries: readonly LogEntry[]): Promise<void> {
    return this.#commit.append(entries);
  }

  async history({
    afterSeq = 0,
    beforeSeq,
    key,
    limit,
    newestFirst = false,
  }: HistoryQuery): Promise<readonly PastEntry[]> {
    const { history } = this.#image;
    const oldestSeq = history[0]?.seq ?? 1;
    const index = (seq: number) => Math.max(0, seq - oldestSeq);
    const asked = history
      .slice(index(afterSeq + 1), beforeSeq === undefined ? undefined : index(beforeSeq))
      .filter((entry) => key === undefined || entry.key === key);
    return newestFirst ? asked.reverse().slice(0, limit) : asked.slice(0, limit);
  }

  async checkpoint(): Promise<void> {
    if (this.#commit.refusal !== null) throw this.#commit.refusal;
    this.#trim(this.#historyEntriesMax);
  }

  async close(): Promise<void> {
    if (this.#isOver) return; // after a crash a flush may never end
    await this.#commit.close();
    this.#giveUp();
  }

  image(): MemoryImage {
    return this.#image;
  }

  crash({ unacknowledgedKept = 0 }: { readonly unacknowledgedKept?: number } = {}): MemoryImage {
    if (this.#isOver) return this.#image;
    for (const entry of this.#flushing.slice(0, unacknowledgedKept)) this.#image.keep(entry);
    this.#giveUp();
    this.#commit.fail(new Error('the process was killed'));
    return this.#image;
  }

  #trim(above: number): void {
    if (this.#image.history.length > above) this.#image.history = this.#image.history.slice(-this.#historyEntriesMax);
  }

  #giveUp(): void {
    if (!this.#isOver) this.#image.isHeld = false;
    this.#isOver = true;
  }
}

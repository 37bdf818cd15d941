/** The newest durable entries in memory, bounded by number and bytes. */
import type { EncodedEntry } from './journal/encoder.ts';
import type { PastEntry } from './store.ts';

export interface HistoryTailLimits {
  readonly tailEntriesMax: number;
  readonly tailBytesMax: number;
}

type Kept = Pick<EncodedEntry, 'entry' | 'bytes'>;

export class HistoryTail {
  readonly #limits: HistoryTailLimits;
  #entries: Kept[] = [];
  /** Entries before this index are dropped already; the array is cut only now and then. */
  #first = 0;
  #bytes = 0;

  constructor(limits: HistoryTailLimits) {
    this.#limits = limits;
  }

  push(newest: Kept): void {
    this.#entries.push(newest);
    this.#bytes += newest.bytes;
    // What it holds is bounded by its lines: records share all but what their lines say.
    while (
      this.#first < this.#entries.length &&
      (this.#entries.length - this.#first > this.#limits.tailEntriesMax || this.#bytes > this.#limits.tailBytesMax)
    )
      this.#bytes -= this.#entries[this.#first++]?.bytes ?? 0;
    if (this.#first > this.#limits.tailEntriesMax / 4) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Number of the oldest entry that is here; infinite when there is none. */
  get oldestSeq(): number {
    return this.#entries[this.#first]?.entry.seq ?? Number.POSITIVE_INFINITY;
  }

  /** Those of its entries whose numbers lie between two others, oldest first. */
  *between(afterSeq: number, beforeSeq: number): Generator<PastEntry> {
    const begin = this.#first + Math.max(0, afterSeq + 1 - this.oldestSeq);
    for (let index = begin; index < this.#entries.length; index++) {
      const { entry } = this.#entries[index] as Kept; // within its bounds
      if (entry.seq >= beforeSeq) return;
      yield entry;
    }
  }
}

/** The newest durable entries in memory, bounded by number and bytes. */
import type { EncodedEntry } from './journal-record.ts';

export interface HistoryTailLimits {
  readonly tailEntriesMax: number;
  readonly tailBytesMax: number;
}

export class HistoryTail {
  readonly #limits: HistoryTailLimits;
  #entries: EncodedEntry[] = [];
  /** Entries before this index are dropped already; the array is cut only now and then. */
  #first = 0;
  #bytes = 0;

  constructor(limits: HistoryTailLimits) {
    this.#limits = limits;
  }

  push(entry: EncodedEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (
      this.#first < this.#entries.length &&
      (this.#entries.length - this.#first > this.#limits.tailEntriesMax || this.#bytes > this.#limits.tailBytesMax)
    )
      this.#bytes -= this.#entries[this.#first++]?.bytes ?? 0;
    if (this.#first > this.#limits.tailEntriesMax) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The entries after `afterSeq`, or null when some of them are no longer here. */
  after(afterSeq: number): readonly EncodedEntry[] | null {
    const oldest = this.#entries[this.#first];
    if (oldest === undefined || oldest.seq > afterSeq + 1) return null;
    return this.#entries.slice(this.#first + afterSeq + 1 - oldest.seq);
  }
}

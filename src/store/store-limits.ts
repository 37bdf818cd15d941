/** How much the embedded store may hold, gather and keep. */
import { invariant } from '../core/errors.ts';

export interface StoreLimits {
  /**
   * Bytes of encoded entries gathered for one flush. Further appends wait in order until the flush under way is done;
   * one append is never split, so a single large one may exceed it.
   * @default 4 MiB
   */
  readonly pendingBytesMax: number;
  /** Bytes after which a journal segment is closed and the next one begun. @default 8 MiB */
  readonly segmentBytesMax: number;
  /** Journal bytes since the last checkpoint after which the next one is written by itself. @default 16 MiB */
  readonly checkpointBytes: number;
  /** Bytes of closed segments kept for {@link Store.history} after they were folded. @default 64 MiB */
  readonly historyBytesMax: number;
  /** Newest entries kept in memory, so that a reader who follows closely never touches the disk. @default 2,000 */
  readonly tailEntriesMax: number;
  /** Bytes of those entries. @default 4 MiB */
  readonly tailBytesMax: number;
}

const mebibyte = 1024 * 1024;

/** The defaults of {@link StoreLimits}. */
export const defaultStoreLimits: StoreLimits = {
  pendingBytesMax: 4 * mebibyte,
  segmentBytesMax: 8 * mebibyte,
  checkpointBytes: 16 * mebibyte,
  historyBytesMax: 64 * mebibyte,
  tailEntriesMax: 2_000,
  tailBytesMax: 4 * mebibyte,
};

/** Fills in what is not given. Zero is allowed only where it means "keep none". */
export function completeLimits(given: Partial<StoreLimits> = {}): StoreLimits {
  const limits = { ...defaultStoreLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const least = name === 'historyBytesMax' || name.startsWith('tail') ? 0 : 1;
    invariant(Number.isSafeInteger(value) && value >= least, `store limit ${name} must be ${least} or more`);
  }
  return limits;
}

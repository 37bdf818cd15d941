/** How much the embedded store may hold, gather and keep. */
import { invariant } from '../core/errors.ts';

export interface StoreLimits {
  /**
   * Bytes of encoded entries gathered for one flush. Further appends wait in order until the flush under way is done;
   * one append is never split, so a single large one may exceed it.
   * @default 4 MiB
   */
  readonly pendingBytesMax: number;
  /** Bytes after which a journal segment is closed and the next one begun. @default 16 MiB */
  readonly segmentBytesMax: number;
  /** By how much a segment is lengthened ahead of what is written, so that most flushes need not. @default 1 MiB */
  readonly reserveBytes: number;
  /**
   * Milliseconds that a flush may stop the process for. A flush of a single entry waits for the device at once, without
   * the way to another thread and back, which takes as long as a quick device does; after one that took longer than
   * this, the next hundred go the long way. 0: always the long way.
   * @default 2
   */
  readonly blockingMsMax: number;
  /**
   * Journal bytes since the last checkpoint after which the next one is written by itself; after one that failed, it is
   * tried again when a quarter of it has come.
   * @default 32 MiB
   */
  readonly checkpointBytes: number;
  /**
   * Journal bytes since the last checkpoint beyond which appends wait for the next one, and are refused when it fails: a
   * journal that cannot be folded must not fill the disk.
   * @default 1 GiB
   */
  readonly journalBytesMax: number;
  /** Bytes of closed segments kept for {@link Store.history} after they were folded. @default 128 MiB */
  readonly historyBytesMax: number;
  /** How long they are kept at the most, in milliseconds. @default 90 days */
  readonly historyMsMax: number;
  /** Newest entries kept in memory, so that a reader who follows closely never touches the disk. @default 500 */
  readonly tailEntriesMax: number;
  /** Bytes of their lines. @default 1 MiB */
  readonly tailBytesMax: number;
}

const mebibyte = 1024 * 1024;

/** The defaults of {@link StoreLimits}. */
export const defaultStoreLimits: StoreLimits = {
  pendingBytesMax: 4 * mebibyte,
  segmentBytesMax: 16 * mebibyte,
  reserveBytes: mebibyte,
  blockingMsMax: 2,
  checkpointBytes: 32 * mebibyte,
  journalBytesMax: 1024 * mebibyte,
  historyBytesMax: 128 * mebibyte,
  historyMsMax: 90 * 24 * 60 * 60 * 1000,
  tailEntriesMax: 500,
  tailBytesMax: mebibyte,
};

/** Fills in what is not given. Zero is allowed only where it means "keep none". */
export function completeLimits(given: Partial<StoreLimits> = {}): StoreLimits {
  const limits = { ...defaultStoreLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const least = /^(history|tail|reserve|blocking)/.test(name) ? 0 : 1;
    invariant(Number.isFinite(value) && value >= least, `store limit ${name} must be ${least} or more`);
  }
  return limits;
}

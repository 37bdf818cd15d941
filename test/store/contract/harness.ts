/** What the contract of stores needs of each kind of store. */
import type { Store } from '../../../src/store/store.ts';

export interface StoreHarness {
  /** Opens the store, or opens it again. */
  open(): Promise<Store>;
  /** Ends the process that owns the store; what was not acknowledged is lost. */
  crash(): void;
  /** Flushes wait until the answered function is called. */
  holdFlushes(): () => void;
  /** Every flush fails from now on, until the next crash. */
  failFlushes(): void;
  /** Flushes so far. */
  flushes(): number;
}

/** Makes a harness with an empty store. */
export type HarnessMaker = () => StoreHarness;

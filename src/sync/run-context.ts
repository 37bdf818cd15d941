/** What the parts of a synchronization share: the two sides, the limits, and the book that its writes are entered in. */
import type { Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import type { Book } from './book.ts';
import type { Slots } from './bounded-concurrency.ts';
import type { Claims } from './claims.ts';
import type { EntityIndex } from './index/entity-index.ts';
import type { Mapping } from './mapping.ts';
import type { OpenRun } from './open-run.ts';
import type { RunReport } from './run-result.ts';
import type { SyncLimits } from './sync-limits.ts';

/** Everything a proof needs. */
export interface SyncSides {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: SyncLimits;
}

/** Everything that is needed to write. */
export interface WriteContext extends SyncSides {
  readonly claims: Claims;
  /** Writes in flight at once, over all pages. */
  readonly writes: Slots;
  readonly book: Book;
}

/** Everything a run needs. */
export interface RunContext extends WriteContext {
  readonly run: OpenRun;
  /** A person has looked at what the guards have stopped, and wants it deleted. */
  readonly approveDeletes: boolean;
  readonly report: (progress: RunReport) => void;
}

/** What the parts of a synchronization share: the two sides, the limits, and the book that its writes are entered in. */
import type { Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import type { Slots } from './bounded-concurrency.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Claims } from './claims.ts';
import type { EntityIndex, IndexCommit } from './index/entity-index.ts';
import type { Mapping, MappingStep } from './mapping.ts';
import type { OpenRun } from './open-run.ts';
import type { Changed } from './relations.ts';
import type { RunReport, Written } from './run-result.ts';
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

/** What a page has changed, to become durable at once. */
export interface PageEntry {
  readonly kind: string;
  readonly changes: Omit<IndexCommit, 'checkpoint'>;
  /** Entities that others may refer to and that are not what they were. */
  readonly changed: readonly Changed[];
  readonly relations: Checkpoint['relations'];
  readonly written: Partial<Written>;
  /** Records that this walk had not met before. */
  readonly newRecords: number;
}

/** Where writes are entered: the run under way, or a request for a single entity. */
export interface Book {
  /** Relations and epochs as they are now. */
  readonly known: Pick<Checkpoint, 'relations' | 'epochs'>;
  /** Records of which another one has taken an entity: their fingerprints no longer hold. By {@link originName}. */
  readonly stolen: Set<string>;
  enter(page: PageEntry): Promise<void>;
}

/** The sum of two tallies of writes. */
export function addWritten(sum: Written, more: Partial<Written>): Written {
  return {
    created: sum.created + (more.created ?? 0),
    updated: sum.updated + (more.updated ?? 0),
    deleted: sum.deleted + (more.deleted ?? 0),
    unchanged: sum.unchanged + (more.unchanged ?? 0),
    adopted: sum.adopted + (more.adopted ?? 0),
    duplicatesRemoved: sum.duplicatesRemoved + (more.duplicatesRemoved ?? 0),
  };
}

/** The target types of a mapping in dependency order, each once. */
export function typesOf(mapping: Mapping): readonly string[] {
  return [...new Set(mapping.steps.flatMap((step) => step.types))];
}

/** The steps that can yield a type. */
export function stepsOf(mapping: Mapping, type: string): readonly MappingStep[] {
  return mapping.steps.filter((step) => step.types.includes(type));
}

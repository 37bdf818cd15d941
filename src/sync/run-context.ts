/** What the parts of a run share: the two sides, the limits, and the open run with its checkpoint. */
import type { Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { nextStamp, type RunCheckpoint } from './checkpoint.ts';
import type { EntityIndex, IndexCommit } from './index/entity-index.ts';
import type { Mapping, MappingStep } from './mapping.ts';
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

/** Everything a run needs. */
export interface RunContext extends SyncSides {
  readonly run: OpenRun;
  readonly report: (progress: RunReport) => void;
}

/** The run under way. Its state changes only by a commit, so that memory is never ahead of the disk. */
export class OpenRun {
  #state: RunCheckpoint;
  #stamp: number;
  readonly #index: EntityIndex;
  readonly #clock: Clock;
  readonly #decisionsMax: number;

  constructor(options: {
    readonly state: RunCheckpoint;
    readonly stamp: number;
    readonly index: EntityIndex;
    readonly clock: Clock;
    readonly decisionsMax: number;
  }) {
    this.#state = options.state;
    this.#stamp = options.stamp;
    this.#index = options.index;
    this.#clock = options.clock;
    this.#decisionsMax = options.decisionsMax;
  }

  get state(): RunCheckpoint {
    return this.#state;
  }

  /** The stamp of the walk of a kind; undefined while that walk has not begun. */
  stampOf(kind: string): number | undefined {
    return this.#state.stamps[kind];
  }

  /** Makes changes of the index and of the run durable together. */
  async commit(advance: Partial<RunCheckpoint>, changes: IndexCommit = {}): Promise<void> {
    const run = { ...this.#state, ...advance, savedAt: this.#clock.now() };
    run.decisions = run.decisions.slice(0, this.#decisionsMax);
    await this.#index.commit({ ...changes, checkpoint: { stamp: this.#stamp, run } });
    this.#state = run;
  }

  /** Begins the walk of a kind, or begins it again. */
  async beginWalk(kind: string): Promise<void> {
    this.#stamp = nextStamp(this.#stamp, this.#clock.now());
    const { stamps, walked } = this.#state;
    await this.commit({
      cursor: null,
      stamps: { ...stamps, [kind]: this.#stamp },
      walked: { ...walked, [kind]: 0 },
    });
  }

  /** Closes the run: the next one starts from the beginning. */
  async close(): Promise<void> {
    await this.#index.commit({ checkpoint: { stamp: this.#stamp, run: null } });
  }
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

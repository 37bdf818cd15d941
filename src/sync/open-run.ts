/** The run under way: its state in memory and in the checkpoint of the index. */
import type { Cursor } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import type { Book, PageEntry } from './book.ts';
import type { Checkpoint, RunCheckpoint } from './checkpoint.ts';
import { updateCheckpoint } from './checkpoint-writer.ts';
import type { Claims } from './claims.ts';
import type { EntityIndex, IndexCommit } from './index/entity-index.ts';
import { type RunLease, renewed } from './lease.ts';
import type { Mapping } from './mapping.ts';
import { stepsOf } from './mapping.ts';
import { type Changed, epochsAfter, kindsAffected } from './relations.ts';
import { addWritten } from './run-result.ts';
import type { SyncLimits } from './sync-limits.ts';

export interface OpenRunOptions {
  readonly state: RunCheckpoint;
  readonly known: Checkpoint;
  readonly lease: RunLease;
  readonly index: EntityIndex;
  readonly claims: Claims;
  readonly mapping: Mapping;
  readonly clock: Clock;
  readonly limits: Pick<SyncLimits, 'decisionsMax' | 'checkpointEveryMs'>;
}

/** A change of the run's state, worked out from the state as it is when its turn comes. */
type Advance = Partial<RunCheckpoint> | ((state: RunCheckpoint) => Partial<RunCheckpoint>);

export class OpenRun implements Book {
  readonly stolen = new Set<string>();
  #state: RunCheckpoint;
  #known: Checkpoint;
  #failure: { readonly error: unknown } | null = null;
  #committedAt = Number.NEGATIVE_INFINITY;
  readonly #options: OpenRunOptions;

  constructor(options: OpenRunOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#known = options.known;
  }

  get state(): RunCheckpoint {
    return this.#state;
  }

  get known(): Checkpoint {
    return this.#known;
  }

  /** Whether the walk of a kind has begun in this run. */
  hasBegun(kind: string): boolean {
    return this.#state.walked[kind] !== undefined;
  }

  /**
   * Makes changes of the index and of the run durable together.
   *
   * @throws CodedError `SW_RUN_LEASED` when the run was taken over meanwhile; nothing is written then.
   */
  async commit(advance: Advance, changes: Omit<IndexCommit, 'checkpoint'> = {}, more: Changes = {}): Promise<void> {
    const { clock, lease, limits } = this.#options;
    if (this.#failure) throw this.#failure.error;
    this.#known = await this.#update((stored) => {
      const relations = mergedRelations(stored.relations, more.relations ?? {});
      const epochs = epochsAfter(more.changed ?? [], { relations, epochs: stored.epochs });
      const now = clock.now();
      const state = { ...this.#state, ...(typeof advance === 'function' ? advance(this.#state) : advance) };
      const run = { ...state, savedAt: now, decisions: state.decisions.slice(0, limits.decisionsMax) };
      const next = { ...stored, ...more.checkpoint, relations, epochs, run, lease: renewed(stored.lease, lease, now) };
      // At once: what another page adds meanwhile adds to this. A commit that fails ends the run, see below.
      this.#state = run;
      return next;
    }, changes);
    this.#committedAt = clock.monotonic();
  }

  /** After one commit has failed no later one may say that the walk has come further. */
  async #update(
    update: (stored: Checkpoint) => Checkpoint,
    changes: Omit<IndexCommit, 'checkpoint'>,
  ): Promise<Checkpoint> {
    try {
      return await updateCheckpoint(
        this.#options,
        (stored) => {
          if (this.#failure) throw this.#failure.error;
          return update(stored);
        },
        changes,
      );
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  async enter({ kind, changes, changed, relations, written, newRecords }: PageEntry, place?: Partial<RunCheckpoint>) {
    const advance = (state: RunCheckpoint): Partial<RunCheckpoint> => ({
      ...place,
      walked: { ...state.walked, [kind]: (state.walked[kind] ?? 0) + newRecords },
      written: addWritten(state.written, written),
      rewalk: this.#affected(state, changed, relations),
    });
    const touched =
      Object.values(changes).some((rows) => (rows?.length ?? 0) > 0) || relations !== this.known.relations;
    const { clock, limits } = this.#options;
    // Of a page on which nothing had changed nothing is lost: to walk it again writes nothing.
    if (!touched && clock.monotonic() - this.#committedAt < limits.checkpointEveryMs) {
      this.#state = { ...this.#state, ...advance(this.#state) };
    } else await this.commit(advance, changes, { changed, relations });
  }

  /** Kinds that were walked already, or are being walked, and refer to something that another walk will show anew. */
  #affected(state: RunCheckpoint, changed: readonly Changed[], relations: Checkpoint['relations']): string[] {
    const affected = changed.filter(({ how }) => how !== 'gone');
    const kinds = kindsAffected(affected, relations).filter((kind) => state.walked[kind] !== undefined);
    return [...new Set([...state.rewalk, ...kinds])];
  }

  /** Begins the walk of a kind, or begins it again: what an earlier walk has met is forgotten. */
  async beginWalk(kind: string, bookmark: Cursor | null): Promise<void> {
    const { index, mapping } = this.#options;
    this.stolen.clear();
    index.marks(`records:${kind}`).clear();
    for (const type of mapping.steps.find((step) => step.kind === kind)?.types ?? []) {
      const marks = index.marks(`entries:${type}`);
      if (stepsOf(mapping, type).length === 1) marks.clear();
      else {
        for await (const batch of index.entries(type))
          for (const { n, origin } of batch) if (origin === null || origin.kind === kind) marks.delete(n);
      }
    }
    // Until this walk has come to its end there is no whole one that a change feed could add to.
    const { [kind]: _past, ...kept } = this.#known.bookmarks;
    await this.commit(
      ({ walked, rewalk, bookmarks: { [kind]: _before, ...others } }) => ({
        cursor: null,
        bookmarks: bookmark === null ? others : { ...others, [kind]: bookmark },
        walked: { ...walked, [kind]: 0 },
        rewalk: rewalk.filter((one) => one !== kind),
      }),
      {},
      { checkpoint: { bookmarks: kept } },
    );
  }

  /** Gives the lease back when the run is interrupted. Never throws: a lease that cannot be given back ends by time. */
  async letGo(): Promise<void> {
    const { lease } = this.#options;
    await updateCheckpoint(this.#options, (stored) =>
      stored.lease?.fence === lease.fence ? { ...stored, lease: null } : stored,
    ).catch(() => {});
  }

  /** Closes the run: the next one starts from the beginning. Of the types that are proven nothing is in doubt any more. */
  async close(proven: readonly string[]): Promise<void> {
    await updateCheckpoint(this.#options, (stored) => {
      const foundByList = stored.foundByList.filter((type) => !proven.includes(type));
      return { ...stored, foundByList, run: null, lease: null };
    });
  }
}

/** What else becomes durable with a commit. */
interface Changes {
  readonly changed?: readonly Changed[];
  readonly relations?: Checkpoint['relations'];
  readonly checkpoint?: Partial<Pick<Checkpoint, 'bookmarks' | 'unread' | 'foundByList' | 'proofPart'>>;
}

function mergedRelations(a: Checkpoint['relations'], b: Checkpoint['relations']): Checkpoint['relations'] {
  if (a === b) return a;
  const merged = { ...a };
  for (const [kind, types] of Object.entries(b)) {
    const known = { ...merged[kind] };
    for (const [type, relation] of Object.entries(types)) if (known[type] !== 'optional') known[type] = relation;
    merged[kind] = known;
  }
  return merged;
}

/**
 * The state of a relay in memory, and the one way to change it: decide, commit, then act.
 *
 * Decisions are made one after the other, each upon what the ones before it have decided. Those that come while a commit
 * is under way become durable together with the next: many events then cost one flush. Whoever acts upon a decision
 * awaits it first.
 */
import { compareRows } from './order.ts';
import type { RelayCounters } from './relay-counters.ts';
import type { RelayChanges, RelayImage, RelayProgress, RelayRow, RelayView } from './relay-state.ts';
import type { RelayStore } from './relay-store.ts';

/** A pure decision. */
export type Decide = (view: RelayView) => RelayChanges;

export class RelayBook implements RelayView {
  readonly #store: RelayStore;
  readonly #rows: RelayRow[];
  readonly #ids: Map<string, number>;
  readonly #committed: (before: RelayCounters, now: RelayCounters) => void;
  #progress: RelayProgress;
  #counters: RelayCounters;
  /** The counters as of the last commit. */
  #reported: RelayCounters;
  #waiting: RelayChanges[] = [];
  #flush: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;

  /** @param committed called after each commit with the counters before and after it */
  constructor(store: RelayStore, image: RelayImage, committed: (before: RelayCounters, now: RelayCounters) => void) {
    this.#store = store;
    this.#committed = committed;
    this.#progress = image.progress;
    this.#counters = image.counters;
    this.#reported = image.counters;
    this.#rows = [...image.rows].sort(compareRows);
    this.#ids = new Map([...image.ids].sort((a, b) => a.n - b.n).map(({ id, n }) => [id, n]));
  }

  get progress(): RelayProgress {
    return this.#progress;
  }

  get counters(): RelayCounters {
    return this.#counters;
  }

  get rows(): readonly RelayRow[] {
    return this.#rows;
  }

  get ids(): ReadonlyMap<string, number> {
    return this.#ids;
  }

  /**
   * Decides and commits; resolves when it is durable. After a commit has failed nothing is accepted any more: what is in
   * memory may be ahead of what is on disk, and only loading it again tells.
   */
  update(decide: Decide): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure.error);
    const changes = decide(this);
    this.#apply(changes);
    this.#waiting.push(changes);
    this.#flush ??= this.#next();
    return this.#flush;
  }

  /** Waits for the commit under way, then takes everything that was decided meanwhile. */
  async #next(): Promise<void> {
    await this.#running.catch(() => {});
    if (this.#failure !== null) throw this.#failure.error;
    const taken = this.#waiting;
    this.#waiting = [];
    this.#flush = null;
    const [before, counters] = [this.#reported, this.#counters];
    this.#running = this.#store.commit(merged(taken));
    try {
      await this.#running;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
    this.#reported = counters;
    this.#committed(before, counters);
  }

  #apply(changes: RelayChanges): void {
    for (const n of changes.dropRows ?? []) this.#remove(n);
    for (const row of changes.putRows ?? []) this.#insert(row);
    for (const { id } of changes.dropIds ?? []) this.#ids.delete(id);
    for (const { id, n } of changes.putIds ?? []) this.#ids.set(id, n);
    if (changes.progress) this.#progress = changes.progress;
    if (changes.counters) this.#counters = changes.counters;
  }

  #remove(n: number): void {
    const at = this.#rows.findIndex((row) => row.n === n);
    if (at >= 0) this.#rows.splice(at, 1);
  }

  #insert(row: RelayRow): void {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      // `middle` is within the array.
      if (compareRows(this.#rows[middle] as RelayRow, row) < 0) low = middle + 1;
      else high = middle;
    }
    this.#rows.splice(low, this.#rows[low]?.n === row.n ? 1 : 0, row);
  }
}

/** Several changes as one: what was put and then dropped is only dropped. */
function merged(all: readonly RelayChanges[]): RelayChanges {
  const rows = new Map<number, RelayRow | null>();
  const ids = new Map<number, { readonly id: string; readonly put: boolean }>();
  let progress: RelayProgress | undefined;
  let counters: RelayCounters | undefined;
  for (const changes of all) {
    for (const n of changes.dropRows ?? []) rows.set(n, null);
    for (const row of changes.putRows ?? []) rows.set(row.n, row);
    for (const { n, id } of changes.dropIds ?? []) ids.set(n, { id, put: false });
    for (const { n, id } of changes.putIds ?? []) ids.set(n, { id, put: true });
    progress = changes.progress ?? progress;
    counters = changes.counters ?? counters;
  }
  const putRows = [...rows.values()].filter((row) => row !== null);
  const dropRows = [...rows].flatMap(([n, row]) => (row === null ? [n] : []));
  const listed = (put: boolean) => [...ids].flatMap(([n, seen]) => (seen.put === put ? [{ n, id: seen.id }] : []));
  return {
    putRows,
    dropRows,
    putIds: listed(true),
    dropIds: listed(false),
    ...(progress ? { progress } : {}),
    ...(counters ? { counters } : {}),
  };
}

/** Finds the entities that the walks of this run did not yield. */
import type { EntityIndex, IndexEntry } from './index/entity-index.ts';
import type { RunContext } from './run-context.ts';

/** The candidates of one type. */
export interface Candidates {
  readonly type: string;
  readonly entries: readonly IndexEntry[];
  /** How many of them may be deleted. */
  readonly allowed: number;
  /** True when there are too many even to look at: the guard has tripped. */
  readonly overflow: boolean;
}

/** Whether the walk has not yielded it. */
export function isStale(index: EntityIndex, { type, n, origin }: IndexEntry): boolean {
  return origin === null || !index.marks(`entries:${type}`).has(n);
}

/** Collects the stale entries of a type, as far as looking at them can still make sense. */
export async function gatherCandidates(
  { index, limits }: RunContext,
  type: string,
  allowed: number,
): Promise<Candidates> {
  const entries: IndexEntry[] = [];
  if (index.marks(`entries:${type}`).count === (await index.countEntries(type))) {
    return { type, entries, allowed, overflow: false };
  }
  const max = Math.max(0, allowed) + limits.repairCountMax;
  for await (const batch of index.entries(type)) {
    for (const entry of batch) {
      if (!isStale(index, entry)) continue;
      if (entries.length === max) return { type, entries, allowed, overflow: true };
      entries.push(entry);
    }
  }
  return { type, entries, allowed, overflow: false };
}

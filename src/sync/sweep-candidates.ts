/** Finds the entities that the walks of this run did not yield. */
import type { IndexEntry, Origin } from './index/entity-index.ts';
import type { OpenRun, RunContext } from './run-context.ts';

/** The candidates of one type. */
export interface Candidates {
  readonly type: string;
  readonly entries: readonly IndexEntry[];
  /** How many of them may be deleted. */
  readonly allowed: number;
  /** True when there are too many even to look at: the guard has tripped. */
  readonly overflow: boolean;
}

/** Whether the walk of this run has not yielded it. */
export function isStale(row: { readonly origin: Origin | null; readonly seen: number }, run: OpenRun): boolean {
  return row.origin === null || row.seen !== run.stampOf(row.origin.kind);
}

/** Collects the stale entries of a type, as far as looking at them can still make sense. */
export async function gatherCandidates(
  { index, run, limits }: RunContext,
  type: string,
  allowed: number,
): Promise<Candidates> {
  const entries: IndexEntry[] = [];
  const max = Math.max(0, allowed) + limits.repairCountMax;
  for await (const batch of index.entries(type)) {
    for (const entry of batch) {
      if (!isStale(entry, run)) continue;
      if (entries.length === max) return { type, entries, allowed, overflow: true };
      entries.push(entry);
    }
  }
  return { type, entries, allowed, overflow: false };
}

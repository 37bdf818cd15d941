/** A decision in the making: a copy of what it may change, gathered into one {@link RelayChanges}. */
import type { RelayCounters } from './relay-counters.ts';
import type { RelayChanges, RelayProgress, RelayRow, RelayView, SeenId } from './relay-state.ts';

/** Mutable on purpose: it lives inside one pure function only. */
export interface Draft {
  readonly view: RelayView;
  progress: RelayProgress;
  readonly counters: RelayCounters;
  readonly putRows: RelayRow[];
  readonly dropRows: number[];
  readonly putIds: Map<string, SeenId>;
}

export function openDraft(view: RelayView): Draft {
  const counters = structuredClone(view.counters);
  return { view, progress: view.progress, counters, putRows: [], dropRows: [], putIds: new Map() };
}

/** The changes; of the remembered ids the oldest go. */
export function closeDraft(draft: Draft, recentIdsMax: number): RelayChanges {
  const { view, progress, counters, putRows, dropRows } = draft;
  const putIds = [...draft.putIds.values()].slice(-recentIdsMax);
  const excess = view.ids.size + putIds.length - recentIdsMax;
  const dropIds: SeenId[] = [];
  for (const [id, n] of view.ids) {
    if (dropIds.length >= excess) break;
    dropIds.push({ id, n });
  }
  return { progress, counters, putRows, dropRows, putIds, dropIds };
}

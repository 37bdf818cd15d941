/** What one step of raising an event changes. Pure. */
import { closeDraft, type Draft, openDraft } from './draft.ts';
import type { RelayChanges, RelayRow, RelayView } from './relay-state.ts';

/** The newest state of a row; null when it has been dropped meanwhile. */
function rowIn(view: RelayView, n: number): RelayRow | null {
  return view.rows.find((row) => row.n === n) ?? null;
}

function change(view: RelayView, n: number, decide: (draft: Draft, row: RelayRow) => void): RelayChanges {
  const row = rowIn(view, n);
  if (row === null) return {};
  const draft = openDraft(view);
  decide(draft, row);
  // Ids do not change here, so there is nothing to bound.
  return closeDraft(draft, Number.POSITIVE_INFINITY);
}

/** It is about to be raised. `again` says that it may have been before, and nobody can tell. */
export function intends(view: RelayView, n: number, now: number, again: boolean): RelayChanges {
  return change(view, n, (draft, row) => {
    if (again) draft.counters.duplicates += 1;
    draft.putRows.push({ ...row, intentAt: now, missingSince: null });
  });
}

/** It stands in the target. `found` says that the target was asked for it, because its answer was lost. */
export function raised(view: RelayView, n: number, found: boolean): RelayChanges {
  return change(view, n, (draft) => {
    draft.dropRows.push(n);
    draft.counters.raised += 1;
    if (found) draft.counters.foundRaised += 1;
  });
}

/** It has certainly not been raised. */
export function notRaised(view: RelayView, n: number): RelayChanges {
  return change(view, n, (draft, row) => draft.putRows.push({ ...row, intentAt: null }));
}

/** Its entity is missing. `unraised` says that it has certainly not been raised. */
export function isMissing(view: RelayView, n: number, now: number, unraised: boolean): RelayChanges {
  return change(view, n, (draft, row) => {
    const intentAt = unraised ? null : row.intentAt;
    draft.putRows.push({ ...row, intentAt, missingSince: row.missingSince ?? now });
  });
}

/** The target refuses it; after `triesMax` times it is lost. */
export function refused(view: RelayView, n: number, triesMax: number): RelayChanges {
  return change(view, n, (draft, row) => {
    const refusals = row.refusals + 1;
    if (refusals < triesMax) draft.putRows.push({ ...row, intentAt: null, refusals });
    else {
      draft.dropRows.push(n);
      draft.counters.lost.refused += 1;
    }
  });
}

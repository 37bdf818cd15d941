/** What a full queue means for reading on. Pure. */
import { closeDraft, openDraft } from './draft.ts';
import { lanesOf } from './lanes.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RelayChanges, RelayRow, RelayView } from './relay-state.ts';

/**
 * `read`: there is room. `wait`: the target takes what is there, the source keeps the rest. `fill`: everything waits for
 * an event that is missing, only a backfill helps. `drop`: everything waits for entities, the oldest must go.
 */
export type Room = 'read' | 'wait' | 'fill' | 'drop';

export function roomIn(view: RelayView, rules: RelayRules, now: number): Room {
  if (view.rows.length < rules.limits.queueMax) return 'read';
  const { free, held } = lanesOf(view, rules, now);
  if (free > 0) return 'wait';
  return held > 0 ? 'fill' : 'drop';
}

/** Drops the oldest rows that wait for entities, as many as are too many. `busy` are being looked at and stay. */
export function dropOldest(
  view: RelayView,
  rules: RelayRules,
  now: number,
  busy: (row: RelayRow) => boolean,
): RelayChanges {
  const excess = view.rows.length - rules.limits.queueMax + 1;
  const draft = openDraft(view);
  const dropped = lanesOf(view, rules, now)
    .blocked.filter((row) => !busy(row))
    .slice(0, Math.max(0, excess));
  for (const { n } of dropped) draft.dropRows.push(n);
  draft.counters.lost.queueFull += dropped.length;
  return closeDraft(draft, rules.limits.recentIdsMax);
}

/** Drops the rows whose entity has been missing for too long. */
export function dropExpired(
  view: RelayView,
  rules: RelayRules,
  now: number,
  busy: (row: RelayRow) => boolean,
): RelayChanges {
  const draft = openDraft(view);
  for (const row of view.rows) if (isExpired(row, rules, now) && !busy(row)) draft.dropRows.push(row.n);
  draft.counters.lost.entityMissing += draft.dropRows.length;
  return closeDraft(draft, rules.limits.recentIdsMax);
}

export function isExpired({ missingSince }: RelayRow, { limits }: RelayRules, now: number): boolean {
  return missingSince !== null && now - missingSince >= limits.missingAgeMsMax;
}

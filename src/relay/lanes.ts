/** Who may be raised now: the first event of each entity, unless it is held back. Pure. */
import { holdOf } from './order.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RelayRow, RelayView } from './relay-state.ts';

/** What the queue is made of. */
export interface Lanes {
  /** The first row of each entity that is not held back, in order. */
  readonly heads: readonly RelayRow[];
  /** Rows that an earlier one holds back. */
  readonly held: number;
  /** Rows whose entity, or that of the row before them, is missing; in order. */
  readonly blocked: readonly RelayRow[];
  /** All others: they go as fast as the target takes them. */
  readonly free: number;
}

/** Order is kept among the events of the entity on which they are raised: that is their lane. */
export function laneOf({ refs: [{ type, key }] }: RelayRow): string {
  return `${type}\u0000${key}`;
}

export function lanesOf(view: RelayView, rules: RelayRules, now: number): Lanes {
  const isHeld = holdOf(view, rules, now);
  const fateOf = new Map<string, 'held' | 'blocked' | 'free'>();
  const heads: RelayRow[] = [];
  const blocked: RelayRow[] = [];
  let held = 0;
  for (const row of view.rows) {
    const lane = laneOf(row);
    let fate = fateOf.get(lane);
    if (fate === undefined) {
      fate = isHeld(row) ? 'held' : row.missingSince !== null ? 'blocked' : 'free';
      fateOf.set(lane, fate);
      if (fate !== 'held') heads.push(row);
    } else if (fate === 'free' && isHeld(row)) fateOf.set(lane, 'held');
    if (fate === 'held' || fateOf.get(lane) === 'held') held += 1;
    else if (fate === 'blocked') blocked.push(row);
  }
  return { heads, held, blocked, free: view.rows.length - held - blocked.length };
}

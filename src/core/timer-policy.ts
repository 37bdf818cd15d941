/** What becomes of the pending timers of an instance whose process was away. */

import type { Effect } from './effect.ts';
import { type InstanceRecord, stepTime, type Timer } from './record.ts';
import type { Instance } from './snapshot.ts';
import type { Stepped } from './step.ts';

/**
 * What becomes of a delay while the process is away, and when the clock is set forward while it is there.
 *
 * - `deadline`: the original time stands; a timer that is overdue fires at once.
 * - `remaining`: the time that the process was away does not count, nor does what the clock has skipped.
 * - `restart`: the whole delay starts over; what the clock has skipped does not count.
 */
export type TimerPolicy = 'deadline' | 'remaining' | 'restart';

export interface Absence {
  /** When the process was last known to live: the time of the last commit of its store, epoch milliseconds. */
  readonly lastAliveAt: number;
  readonly at: number;
  readonly policyOf: (timerId: string) => TimerPolicy;
}

/** Moves the deadlines of an instance by their policies; null when all of them stand. */
export function moveTimers({ record, snapshot }: Instance, absence: Absence): Stepped | null {
  const effects: Effect[] = [];
  const timers: InstanceRecord['timers'] = { ...record.timers };
  const step = record.step + 1;
  for (const [id, timer] of Object.entries(record.timers)) {
    const dueAt = dueAfter(timer, absence.policyOf(id), absence);
    if (dueAt === timer.dueAt) continue;
    // A new incarnation: what the old deadline may still set off is stale.
    const moved = { ...timer, token: `${step}.${effects.length}`, setAt: absence.at, dueAt };
    timers[id] = moved;
    effects.push({ kind: 'cancel-timer', id, timer }, { kind: 'set-timer', id, timer: moved });
  }
  if (effects.length === 0) return null;
  const at = stepTime(record, absence.at);
  const event = { type: 'timers.moved', at };
  return {
    kind: 'stepped',
    instance: { record: { ...record, step, at, timers }, snapshot },
    event,
    effects,
    transitions: [],
    decisions: [],
  };
}

function dueAfter({ setAt, dueAt }: Timer, policy: TimerPolicy, { lastAliveAt, at }: Absence): number {
  switch (policy) {
    case 'deadline':
      return dueAt;
    case 'remaining':
      // Never earlier than planned, and never longer than the whole delay, whatever the clocks said.
      return at + Math.min(dueAt - setAt, Math.max(0, dueAt - Math.max(lastAliveAt, setAt)));
    case 'restart':
      return at + (dueAt - setAt);
  }
}

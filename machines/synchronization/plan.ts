/** When the next scheduled run is due, and of which mode. Pure functions over what the integration remembers. */
import type { IntegrationContext } from '../context.ts';
import type { Mode } from '../events.ts';
import type { Policy } from '../policy.ts';
import { type CalendarTimes, nextOccurrence } from '../schedule.ts';

export interface PlannedRun {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly mode: Mode;
}

type Times = { readonly everyMs: number } | CalendarTimes;

/** The times of the policy: those of `schedule`, or the older pauses where it names none. */
function timesOf({ schedule, deltaEveryMs, fullEveryMs }: Policy['synchronization']): { delta: Times; full: Times } {
  return { delta: schedule.delta ?? { everyMs: deltaEveryMs }, full: schedule.full ?? { everyMs: fullEveryMs } };
}

/**
 * A scheduled run is full when one is due: always until the first has succeeded, then when the last one that did is too
 * old, or when a time of the calendar has come since the last one began.
 */
export function scheduledMode(context: IntegrationContext, at: number): Mode {
  const { lastFullAt, fullStartedAt } = context.synchronization;
  if (lastFullAt === null) return 'full';
  const { full } = timesOf(context.policy.synchronization);
  // Dated after now, it was before the clock was set back: nobody knows how long ago.
  if (lastFullAt > at) return 'full';
  if ('everyMs' in full) return at - lastFullAt >= full.everyMs ? 'full' : 'delta';
  return (nextOccurrence(full, fullStartedAt ?? lastFullAt) ?? Number.POSITIVE_INFINITY) <= at ? 'full' : 'delta';
}

/**
 * The next run at `at`. A pause counts from the end of the last whole run; a time of the calendar is answered by the
 * first whole run that begins at it or after it, so that one that was missed is made up for once.
 */
export function nextRun(context: IntegrationContext, at: number): PlannedRun {
  const { wholeStartedAt, wholeEndedAt, fullStartedAt } = context.synchronization;
  const { delta, full } = timesOf(context.policy.synchronization);
  // Dated after `at`, it was before the clock was set back: it counts as now, or nothing would be due until then.
  const since = (time: number | null) => Math.min(time ?? at, at);
  const dues = [
    'everyMs' in delta ? since(wholeEndedAt) + delta.everyMs : nextOccurrence(delta, since(wholeStartedAt)),
    // A pause makes one of the scheduled runs full, and is due with it; it never makes one of its own.
    'everyMs' in full ? null : nextOccurrence(full, since(fullStartedAt)),
  ];
  const due = Math.max(at, Math.min(...dues.map((time) => time ?? Number.POSITIVE_INFINITY)));
  return { at: due, mode: scheduledMode(context, due) };
}

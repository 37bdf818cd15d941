/** Times of the calendar: when a cron expression comes next, counted from an instant that is given, never from a clock. */
import { Cron } from 'croner';

/** A cron expression of five fields (minute, hour, day, month, day of week) on the clocks of a time zone. */
export interface CalendarTimes {
  readonly cron: string;
  /** IANA name, for example `Europe/Zurich`. */
  readonly timeZone: string;
}

/**
 * The first occurrence after `afterMs`, epoch milliseconds, itself excluded; null when there never is one.
 *
 * Each occurrence comes exactly once over a change of the clocks: a time that is skipped comes when the clocks have gone
 * forward, and one that is shown twice comes the first time.
 */
export function nextOccurrence({ cron, timeZone }: CalendarTimes, afterMs: number): number | null {
  return new Cron(cron, { timezone: timeZone }).nextRun(new Date(afterMs))?.getTime() ?? null;
}

/** What is wrong with the times, as the name of the member and a sentence; null when they are right. */
export function calendarProblem(times: CalendarTimes): { readonly member: keyof CalendarTimes; why: string } | null {
  const { cron, timeZone } = times;
  if (!isTimeZone(timeZone))
    return { member: 'timeZone', why: `"${timeZone}" is no time zone; write an IANA name such as Europe/Zurich` };
  if (cron.trim().split(/\s+/).length !== 5)
    return { member: 'cron', why: `"${cron}" is no cron expression of five fields, such as "0 2 * * 0"` };
  try {
    if (nextOccurrence(times, 0) !== null) return null;
    return { member: 'cron', why: `"${cron}" never comes` };
  } catch (error) {
    return { member: 'cron', why: error instanceof Error ? error.message : String(error) };
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

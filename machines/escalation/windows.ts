/** When a rung may begin, by the windows of the policy. Pure: the time is given. */

import { nextOccurrence } from '../schedule.ts';
import type { Windows } from './ladder-policy.ts';

type Window = Windows['allow'][number];

/** How far ahead an opening is looked for: longer than the rarest window that makes sense, once a year. */
const horizonMs = 400 * 24 * 3_600_000;
/** How many borders of windows are looked at before it is said that there is no opening. */
const bordersMax = 2_000;

/** The earliest moment from `at` on at which every one of these windows is open; null when there is none in sight. */
export function nextOpening(all: readonly Windows[], at: number): number | null {
  let moment = at;
  for (let borders = 0; borders < bordersMax && moment - at <= horizonMs; borders += 1) {
    const later = all.map((windows) => blockedUntil(windows, moment)).filter((until) => until !== null);
    if (later.length === 0) return moment;
    moment = Math.max(...later);
  }
  return null;
}

/** Until when these windows are closed at least; null when they are open at that moment. */
function blockedUntil({ allow, deny }: Windows, moment: number): number | null {
  const denied = deny.flatMap((window) => endOf(window, moment) ?? []);
  if (denied.length > 0) return Math.max(...denied);
  if (allow.length === 0 || allow.some((window) => endOf(window, moment) !== null)) return null;
  const openings = allow.flatMap((window) => nextOccurrence(window, moment) ?? []);
  return openings.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...openings);
}

/** A moment until which a window that is open stays so at least; null when it is not open. */
function endOf(window: Window, moment: number): number | null {
  // Open is what began within its own length before the moment, the moment itself included.
  const began = nextOccurrence(window, moment - window.durationMs);
  return began === null || began > moment ? null : began + window.durationMs;
}

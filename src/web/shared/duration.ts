/** Durations and ages in words: short, and as exact as a reader can use. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in the two largest units that say something: `12 s`, `4 min 5 s`, `3 h 12 min`, `2 d 4 h`. */
export function durationText(ms: number): string {
  const rest = Math.max(0, ms);
  if (rest < minute) return `${Math.floor(rest / second)} s`;
  if (rest < hour) return two(rest, minute, 'min', second, 's');
  if (rest < day) return two(rest, hour, 'h', minute, 'min');
  return two(rest, day, 'd', hour, 'h');
}

function two(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}

/** A duration in its largest unit only, for windows and limits: `24 h`, `15 min`. */
export function roundDurationText(ms: number): string {
  if (ms >= 2 * day) return `${Math.round(ms / day)} d`;
  if (ms >= hour) return `${Math.round(ms / hour)} h`;
  return ms >= minute ? `${Math.round(ms / minute)} min` : `${Math.round(ms / second)} s`;
}

/** How long ago `at` was at `now`; a time slightly ahead, as clocks differ, counts as now. */
export function agoText(at: number, now: number): string {
  return now - at < second ? 'just now' : `${durationText(now - at)} ago`;
}

/** When a deadline comes, seen from `now`: `in 4 s`, or `now` once it has passed. */
export function untilText(dueAt: number, now: number): string {
  // Rounded up: a countdown that reads zero before its time looks late.
  return dueAt <= now ? 'now' : `in ${durationText(Math.ceil((dueAt - now) / second) * second)}`;
}

/** Round trip in words: `42 ms`, `1.8 s`. */
export function latencyText(ms: number): string {
  return ms < second ? `${Math.round(ms)} ms` : `${(ms / second).toFixed(1)} s`;
}

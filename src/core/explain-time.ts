/** Times and durations in the sentences of an explanation: absolute for the record, relative for whoever reads it now. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in the two largest units that say something: `12 s`, `4 min 5 s`, `3 h 12 min`. */
export function spanText(ms: number): string {
  const rest = Math.max(0, ms);
  if (rest < second && rest > 0) return `${Math.ceil(rest)} ms`;
  if (rest < minute) return `${Math.floor(rest / second)} s`;
  if (rest < hour) return two(rest, { size: minute, name: 'min' }, { size: second, name: 's' });
  if (rest < 2 * day) return two(rest, { size: hour, name: 'h' }, { size: minute, name: 'min' });
  return two(rest, { size: day, name: 'd' }, { size: hour, name: 'h' });
}

interface Unit {
  readonly size: number;
  readonly name: string;
}

function two(ms: number, large: Unit, small: Unit): string {
  const rest = Math.floor((ms % large.size) / small.size);
  return `${Math.floor(ms / large.size)} ${large.name}${rest === 0 ? '' : ` ${rest} ${small.name}`}`;
}

/** Words for points in time, seen from one moment on the clocks of one time zone. */
export interface TimeWords {
  /** `03:12:04 UTC`, with its day when that is another one. */
  clock(time: number): string;
  /** `03:12:04 UTC (4 min ago)`. */
  past(time: number): string;
  /** `03:12:04 UTC (in 4 min)`, `(now)` once it has come. */
  due(time: number): string;
}

/** `timeZone` is an IANA name. */
export function timeWords(at: number, timeZone: string): TimeWords {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  const time = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
  const date = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const today = date.format(at);
  const clock = (moment: number) => {
    const of = date.format(moment);
    return of === today ? time.format(moment) : `${of}, ${time.format(moment)}`;
  };
  return {
    clock,
    past: (moment) => `${clock(moment)} (${at - moment < second ? 'just now' : `${spanText(at - moment)} ago`})`,
    // Rounded up: what is due in half a second is not due in no time.
    due: (moment) =>
      `${clock(moment)} (${moment <= at ? 'now' : `in ${spanText(Math.ceil((moment - at) / second) * second)}`})`,
  };
}

/** Points in time as the reader's own clock shows them, always with 24 hours and seconds: logs are compared by them. */

const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** `12:04:31` on the day of `now`, otherwise with its day: `3 Nov, 12:04:31`. */
export function clockTime(at: number, now: number): string {
  const time = timeFormat.format(at);
  const day = dayFormat.format(at);
  return day === dayFormat.format(now) ? time : `${day}, ${time}`;
}

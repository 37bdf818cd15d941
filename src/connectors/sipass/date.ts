/** Dates of SiPass, with and without an offset, as UTC. */

/**
 * UTC ISO text to the second (`2026-01-31T08:00:00Z`); null for none, undefined for what is not a date.
 *
 * A text without an offset is taken to be `offsetMinutes` ahead of UTC; a lone date is its midnight. The first year of
 * the calendar is how .NET writes "no date".
 */
export function utcDate(text: string | null, offsetMinutes: number): string | null | undefined {
  if (text === null || text.trim() === '') return null;
  const parts =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
      text.trim(),
    );
  if (parts === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone] = parts;
  if (year === '0001') return null;
  // Checked here, because a day that the month does not have rolls over silently where dates are parsed.
  if (!isDay(Number(year), Number(month), Number(day)) || hour > '23' || minute > '59' || second > '59')
    return undefined;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const ahead = zone === undefined ? offsetMinutes : minutesOf(zone);
  return ahead === 0 ? wall : plain(Date.parse(wall) - ahead * 60_000);
}

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return day >= 1 && day <= (daysOfMonth[month - 1] ?? 0) + leapDay;
}

function minutesOf(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const plain = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');

/** The timetable of a policy as a table for people. */
import type { Moment, Timetable, TimetableRow } from '../core/timetable.ts';

/** One line for each try, and when a person is needed. */
export function tellTimetable({ at, rows, person, quarantine, unreached }: Timetable): readonly string[] {
  const withClock = rows.some(({ hasWindows }) => hasWindows);
  const table = [
    ['earliest', 'latest', ...(withClock ? ['on the clock (UTC)'] : []), 'what', 'cost', 'a person'],
    ...rows.map((row) => cellsOf(row, withClock)),
    [
      ...timesOf(quarantine),
      ...(withClock ? [clockOf(quarantine)] : []),
      'quarantine: slow probing, for ever',
      '',
      'is paged',
    ],
  ];
  const missing = Object.entries(unreached).map(([rung, why]) => `  never: ${rung} (${why})`);
  return [
    `If nothing helps, from the deviation on${withClock ? `, if it is seen at ${instant(at)}` : ''}:`,
    ...aligned(table),
    ...missing,
    `  A person at ${range(person)}. Earliest: everything fails at once. Latest: everything takes all the time it is given.`,
    '  A run that makes progress is waited for, however long it takes.',
  ];
}

function cellsOf(row: TimetableRow, withClock: boolean): readonly string[] {
  const { title, rung, attempt, cost, person } = row;
  const again = attempt > 1 ? `, try ${attempt}` : '';
  const asked = { agrees: 'must agree', acts: 'does it' };
  const clock = withClock ? [row.hasWindows ? clockOf(row) : ''] : [];
  return [...timesOf(row), ...clock, `${title} (${rung}${again})`, cost, person === null ? '' : asked[person]];
}

const timesOf = ({ earliestMs, latestMs }: Moment) => [sinceStart(earliestMs), sinceStart(latestMs)];

const range = ({ earliestMs, latestMs }: Moment): string =>
  earliestMs === latestMs ? sinceStart(earliestMs) : `${sinceStart(earliestMs)} to ${sinceStart(latestMs)}`;

/** Hours, minutes and seconds, as on a stopwatch; days in front where there are any. */
export function sinceStart(ms: number | null): string {
  if (ms === null) return 'never';
  const seconds = Math.round(ms / 1_000);
  const days = Math.floor(seconds / 86_400);
  const two = (number: number) => String(number).padStart(2, '0');
  const time = `${Math.floor(seconds / 3_600) % 24}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days === 0 ? time : `${days} d ${time}`;
}

function clockOf({ earliestAt, latestAt }: Moment): string {
  const [earliest, latest] = [instant(earliestAt), instant(latestAt)];
  return earliest === latest ? earliest : `${earliest} to ${latest}`;
}

const instant = (at: number | null): string =>
  at === null ? 'never' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');

export function aligned(table: readonly (readonly string[])[]): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

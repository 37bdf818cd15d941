/** Whether windows are open, worked out from a calendar of days: for times such as "30 2 * * 1-5" in UTC or Etc/GMT±n. */

interface Windows {
  readonly allow: readonly Window[];
  readonly deny: readonly Window[];
}
interface Window {
  readonly cron: string;
  readonly timeZone: string;
  readonly durationMs: number;
}

const dayMs = 24 * 3_600_000;

/** Null when one of the times is of a kind that is not judged here. */
export function areOpen({ allow, deny }: Windows, at: number): boolean | null {
  const [allowed, denied] = [allow, deny].map((windows) => windows.map((window) => isOpen(window, at)));
  if ([...(allowed ?? []), ...(denied ?? [])].includes(null)) return null;
  return !denied?.includes(true) && (allow.length === 0 || allowed?.includes(true) === true);
}

/** Whether there is a minute in the week in which all of them are open; also where one of them is not judged here. */
export function everOpen(all: readonly Windows[]): boolean {
  for (let at = 0; at < 7 * dayMs; at += 60_000)
    if (all.every((windows) => areOpen(windows, at) !== false)) return true;
  return false;
}

function isOpen({ cron, timeZone, durationMs }: Window, at: number): boolean | null {
  const [, minute, hour, days] = /^(\d+) (\d+) \* \* (\S+)$/.exec(cron) ?? [];
  const offsetHours = timeZone === 'UTC' ? 0 : -Number(/^Etc\/GMT([+-]\d+)$/.exec(timeZone)?.[1] ?? Number.NaN);
  if (minute === undefined || hour === undefined || days === undefined || Number.isNaN(offsetHours)) return null;
  const local = at + offsetHours * 3_600_000;
  const today = Math.floor(local / dayMs) * dayMs;
  for (let back = 0; back <= Math.ceil(durationMs / dayMs); back += 1) {
    const day = today - back * dayMs;
    const beginsAt = day + (Number(hour) * 60 + Number(minute)) * 60_000;
    if (daysOf(days).has(new Date(day).getUTCDay()) && beginsAt <= local && local < beginsAt + durationMs) return true;
  }
  return false;
}

function daysOf(days: string): ReadonlySet<number> {
  if (days === '*') return new Set([0, 1, 2, 3, 4, 5, 6]);
  return new Set(
    days.split(',').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    }),
  );
}

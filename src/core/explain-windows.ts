/** Windows of the policy in words, and when they open next. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Rung, Windows } from '../../machines/escalation/ladder-policy.ts';
import { isRemedy } from '../../machines/escalation/rungs.ts';
import { nextOpening } from '../../machines/escalation/windows.ts';
import { spanText } from './explain-time.ts';

type Window = Windows['allow'][number];

const weekdays = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];

/** Every window that a rung keeps to: those of the whole ladder bind what has a remedy, and its own bind it always. */
export function windowsOf({ policy }: IntegrationContext, rung: Rung): readonly Windows[] {
  return isRemedy(rung) ? [policy.ladder.windows, rung.windows] : [rung.windows];
}

/** When the rung may begin by its windows alone, from `at` on; null when no opening is in sight. */
export function opensAt(context: IntegrationContext, rung: Rung, at: number): number | null {
  return nextOpening(windowsOf(context, rung), at);
}

/** One sentence part per window: `only every day from 02:00 for 4 h (Europe/Zurich)`. Empty where every time is allowed. */
export function windowTexts(all: readonly Windows[]): readonly string[] {
  return all.flatMap(({ allow, deny }) => [
    ...allow.map((window) => `only ${windowText(window)}`),
    ...deny.map((window) => `never ${windowText(window)}`),
  ]);
}

function windowText({ cron, timeZone, durationMs }: Window): string {
  return `${timesText(cron)} for ${spanText(durationMs)} (${timeZone})`;
}

/** The usual expressions in words; any other as it stands. */
function timesText(cron: string): string {
  const [minutes = '', hours = '', date, month, weekday = ''] = cron.trim().split(/\s+/);
  const isPlain = /^\d{1,2}$/.test(minutes) && /^\d{1,2}$/.test(hours) && date === '*' && month === '*';
  const days = weekday === '*' ? 'every day' : weekday === '1-5' ? 'Mondays to Fridays' : daysText(weekday);
  if (!isPlain || days === null) return `from each time of "${cron}" on`;
  return `${days} from ${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}

function daysText(weekday: string): string | null {
  if (!/^[0-7](,[0-7])*$/.test(weekday)) return null;
  return weekday
    .split(',')
    .map((day) => weekdays[Number(day)])
    .join(', ');
}

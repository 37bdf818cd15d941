/** What the ladder is doing and what would change it, in plain sentences. */
import type { IntegrationView, RungView } from '../../http/api.ts';
import { clockTime } from './clock-time.ts';
import { agoText, roundDurationText, untilText } from './duration.ts';

type Ladder = IntegrationView['ladder'];

/** One sentence on where the ladder stands. */
export function ladderSentence({ status, incident, rungs, waitsFor }: Ladder): string {
  const rung = rungs.find((candidate) => candidate.status === 'current')?.title ?? 'the rung';
  const because = incident === null ? 'Something deviates.' : incident.because;
  switch (status) {
    case 'watching':
      return 'No incident is open; nothing is to be done.';
    case 'confirming':
      return `${because} Waiting whether it passes by itself.`;
    case 'diagnosing':
      return `${because} Finding out what is wrong and which rung can help.`;
    case 'waiting':
      return `Next rung: ${rung}. ${waitsFor === null ? 'Waiting until it may act.' : `It waits: ${waitsFor.message}`}`;
    case 'asking':
      return `A person must agree first: ${rung}.`;
    case 'claiming':
      return `The fleet is asked whether this may be done: ${rung}.`;
    case 'acting':
      return `Doing now: ${rung}.`;
    case 'instructing':
      return `A person is asked to do this: ${rung}.`;
    case 'rehearsing':
      return `A dry run: this would have been done, and was not: ${rung}.`;
    case 'settling':
      return `Done: ${rung}. Giving it time to take effect.`;
    case 'proving':
      return `${rung}: waiting for the synchronization to prove that it helped.`;
    case 'quarantined':
      return 'No rung is left that can help: a person is needed.';
  }
}

/** Tries of this incident and budget of the rolling window: `tries: 1 of 2`, `budget: 2 of 3 used in 24 h`. */
export function rungFigures({ attempts, attemptsMax, budget }: RungView): readonly string[] {
  const tries = `tries: ${attempts} of ${attemptsMax}`;
  if (budget === null) return [tries];
  return [tries, `budget: ${budget.used} of ${budget.max} used in ${roundDurationText(budget.windowMs)}`];
}

/** What it costs, what it touches and when it may begin; what goes without saying is left out. */
export function rungFacts(rung: RungView, now: number): readonly string[] {
  const { cost, needs, windows, opensAt, restsUntil, lastUsedAt, approval } = rung;
  const opening =
    opensAt === null ? 'no opening in sight' : opensAt > now ? `opens ${untilText(opensAt, now)}` : 'open now';
  return [
    `cost: ${cost}`,
    ...(needs.length === 0 ? [] : [`needs: ${needs.join(', ')}`]),
    ...(windows.length === 0 ? [] : [`window: ${windows.join('; ')} (${opening})`]),
    ...(restsUntil !== null && restsUntil > now ? [`rests until ${clockTime(restsUntil, now)}`] : []),
    ...(lastUsedAt === null ? [] : [`last used ${agoText(lastUsedAt, now)}`]),
    ...(approval.status === 'not-needed' ? [] : [`approval: ${approvalText(approval)}`]),
  ];
}

function approvalText({ status, by }: RungView['approval']): string {
  if (status === 'given') return `given by ${by}`;
  return status === 'asked' ? 'asked for, not answered' : 'needed each time';
}

/** What a remedy restarts and whom that touches, for the question before it is done by hand. */
export function touchText({ component, touches, remedy }: RungView): string {
  if (remedy === 'synchronize') return 'Nothing is restarted.';
  const what = component === null ? `This carries out the remedy ${remedy}.` : `This restarts ${component}.`;
  return touches.length === 0
    ? `${what} No other integration is touched.`
    : `${what} It also touches ${touches.join(', ')}.`;
}

/** Why a rung is passed over or spent; a reason that stands at the rung above is not said twice. */
export function rungNote({ note }: RungView, above: RungView | undefined): string | null {
  return note !== null && note === above?.note ? 'for the same reason' : note;
}

/** What ends a quarantine, as the machine's rules have it. */
export const quarantineEnds =
  'It ends by itself when a synchronization proves both sides equal, or when the connection is established again; until then it looks again at long intervals. A person can end it with "Release from quarantine": the diagnosis starts afresh and every rung may be tried again.';

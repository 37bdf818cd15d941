/** What the ladder is doing and what would change it, in plain sentences. */
import type { IntegrationView, RungView } from '../../http/api.ts';
import { roundDurationText } from './duration.ts';

type Ladder = IntegrationView['ladder'];

/** One sentence on where the ladder stands. */
export function ladderSentence({ status, incident, rungs }: Ladder): string {
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
      return `Next rung: ${rung}. Waiting until it may act.`;
    case 'acting':
      return `Doing now: ${rung}.`;
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

/** Why a rung is passed over or spent; a reason that stands at the rung above is not said twice. */
export function rungNote({ note }: RungView, above: RungView | undefined): string | null {
  return note !== null && note === above?.note ? 'for the same reason' : note;
}

/** What ends a quarantine, as the machine's rules have it. */
export const quarantineEnds =
  'It ends by itself when a synchronization proves both sides equal, or when the connection is established again; until then it looks again at long intervals. A person can end it with "Release from quarantine": the diagnosis starts afresh and every rung may be tried again.';

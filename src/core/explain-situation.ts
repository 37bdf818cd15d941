/** What an explanation is made from, and the small facts that several of its parts need. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Rung } from '../../machines/escalation/ladder-policy.ts';
import { currentRung } from '../../machines/escalation/rungs.ts';
import { touchedBy } from '../../machines/fleet/claims.ts';
import type { FleetContext } from '../../machines/fleet/memory.ts';
import type { TimeWords } from './explain-time.ts';

/** A pending timer by the name of its delay. */
export interface PendingDelay {
  readonly delay: string;
  readonly dueAt: number;
}

/** One integration at one moment. */
export interface Situation {
  readonly context: IntegrationContext;
  /** The state of the ladder. */
  readonly ladder: string;
  readonly timers: readonly PendingDelay[];
  /** Null where there is no fleet. */
  readonly fleet: { readonly context: FleetContext; readonly timers: readonly PendingDelay[] } | null;
  /** Epoch milliseconds now. */
  readonly at: number;
}

/** A situation with words for its times. */
export interface Told extends Situation {
  readonly time: TimeWords;
}

/** When the pending timer of that delay is due; null while there is none. */
export function dueAt({ timers }: Pick<Situation, 'timers'>, delay: string): number | null {
  return timers.find((timer) => timer.delay === delay)?.dueAt ?? null;
}

/** A title as it stands in a sentence; abbreviations keep their capitals. */
export function inSentence(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** The title of the chosen rung; `the rung` while none is chosen. */
export const titleOf = ({ context }: Situation): string => currentRung(context)?.title ?? 'The rung';

/** The title of any rung of the policy; its id when it is there no more. */
export function titleOfRung({ policy }: IntegrationContext, id: string): string {
  return policy.ladder.rungs.find((rung) => rung.id === id)?.title ?? id;
}

/** What a remedy of the integration restarts; null where it restarts nothing that is known to the fleet. */
export function componentOf(fleet: FleetContext | null, integration: string, { remedy }: Pick<Rung, 'remedy'>) {
  return fleet?.members[integration]?.components[remedy] ?? null;
}

/** Which other integrations the remedy of a rung touches. */
export function othersTouched(fleet: FleetContext | null, integration: string, rung: Pick<Rung, 'remedy'>) {
  const component = componentOf(fleet, integration, rung);
  if (fleet === null || component === null) return [];
  return touchedBy(fleet, component).filter((one) => one !== integration);
}

/** A text as a sentence of its own. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

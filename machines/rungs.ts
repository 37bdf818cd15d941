/** Which rung of the ladder comes next: pure rules over the policy, the diagnosis and what was already done. */
import { backoffMs } from './backoff.ts';
import type { IntegrationContext } from './context.ts';
import type { Rung } from './policy.ts';

/** The next rung and when it may act, or null when none is left; and why the others were passed over. */
export interface Choice {
  readonly rung: Rung | null;
  readonly readyAt: number;
  readonly skipped: { readonly [rung: string]: string };
}

/** Uses of a rung that still count against its budget at `at`. */
export function usesWithin(context: IntegrationContext, rung: Rung, at: number): readonly number[] {
  const uses = context.escalation.uses[rung.id] ?? [];
  return rung.budget === null ? uses.slice(-1) : uses.filter((use) => use > at - (rung.budget?.windowMs ?? 0));
}

/** Why a rung cannot be taken, or null when it can. */
function obstacle(context: IntegrationContext, rung: Rung, at: number): string | null {
  const { diagnosis, attempts } = context.escalation;
  if (diagnosis && !diagnosis.rungs.includes(rung.id)) return `cannot help: ${diagnosis.message}`;
  if ((attempts[rung.id] ?? 0) >= rung.attempts) return `tried ${rung.attempts} times in this incident`;
  if (rung.budget && usesWithin(context, rung, at).length >= rung.budget.max)
    return `its budget of ${rung.budget.max} in ${inWords(rung.budget.windowMs)} is spent`;
  return null;
}

/** The first rung of the policy that can help and may be used. */
export function chooseRung(context: IntegrationContext, at: number): Choice {
  const skipped: { [rung: string]: string } = {};
  for (const rung of context.policy.ladder.rungs) {
    const why = obstacle(context, rung, at);
    if (why === null) return { rung, readyAt: readyAt(context, rung, at), skipped };
    skipped[rung.id] = why;
  }
  return { rung: null, readyAt: at, skipped };
}

/** The first try of a rung may act at once; a repeated one waits for its backoff, and each for its cool-down. */
function readyAt(context: IntegrationContext, rung: Rung, at: number): number {
  const tries = context.escalation.attempts[rung.id] ?? 0;
  const backoff =
    tries === 0 ? 0 : backoffMs(context.policy.ladder.retryBackoff, tries - 1, `${context.id}:${rung.id}`);
  const lastUse = context.escalation.uses[rung.id]?.at(-1);
  return Math.max(at + backoff, lastUse === undefined ? at : lastUse + rung.cooldownMs);
}

/** The chosen rung; null while none is chosen. */
export function currentRung(context: IntegrationContext): Rung | null {
  return context.policy.ladder.rungs.find((rung) => rung.id === context.escalation.rung) ?? null;
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Which rung of the ladder comes next: pure rules over the policy, the diagnosis and what was already done. */
import { backoffMs } from '../backoff.ts';
import type { IntegrationContext } from '../context.ts';
import type { Need, Rung } from './ladder-policy.ts';
import type { EscalationMemory } from './memory.ts';
import { nextOpening } from './windows.ts';

/** The next rung and when it may act, or null when none is left; and why the others were passed over. */
export interface Choice {
  readonly rung: Rung | null;
  readonly readyAt: number;
  readonly skipped: { readonly [rung: string]: string };
}

/** Whether something outside the synchronization is touched: only that counts against the budget over all rungs. */
export const isRemedy = ({ remedy }: Rung): boolean => remedy !== 'synchronize' && remedy !== 'person';

/** Uses of a rung that still count against its budget, or that over all, at `at`. */
export function usesWithin(context: IntegrationContext, rung: Rung, at: number): readonly number[] {
  const uses = context.escalation.uses[rung.id] ?? [];
  return rung.budget === null ? uses.slice(-1) : uses.filter((use) => use > at - (rung.budget?.windowMs ?? 0));
}

/** How many remedies of all rungs were used within the window of the budget over all. */
export function usesOverAll({ escalation, policy }: IntegrationContext, at: number): number {
  const { budget, rungs } = policy.ladder;
  if (budget === null) return 0;
  const counted = rungs.filter(isRemedy).flatMap(({ id }) => escalation.uses[id] ?? []);
  return counted.filter((use) => use > at - budget.windowMs).length;
}

/**
 * All uses, none of them dated after `at`. One that is was made before the clock was set back: it counts as now, or its
 * budget and cool-down would last until the clock has caught up.
 */
export function usesUntil({ escalation: { uses } }: IntegrationContext, at: number): EscalationMemory['uses'] {
  if (Object.values(uses).every((times) => times.every((time) => time <= at))) return uses;
  return Object.fromEntries(Object.entries(uses).map(([rung, times]) => [rung, times.map((t) => Math.min(t, at))]));
}

/** What is kept of the uses of a rung: all that any budget still looks at. */
export function keptUses({ escalation, policy }: IntegrationContext, rung: Rung, at: number): readonly number[] {
  const windowMs = Math.max(rung.budget?.windowMs ?? 0, isRemedy(rung) ? (policy.ladder.budget?.windowMs ?? 0) : 0);
  const uses = escalation.uses[rung.id] ?? [];
  const recent = uses.filter((use) => use > at - windowMs);
  return recent.length > 0 ? recent.slice(-usesKeptMax) : uses.slice(-1);
}

/** More uses than this within any window are not told apart. */
const usesKeptMax = 200;

const needWords: { readonly [need in Need]: string } = {
  plugin: 'the plugin does not answer',
  source: 'the source cannot be reached',
  target: 'the target cannot be reached',
};

/** The first need that the evidence says is not met. What is not known counts as met. */
function unmetNeed({ escalation: { diagnosis } }: IntegrationContext, { needs }: Rung): Need | null {
  const evidence = diagnosis?.evidence ?? {};
  const plugin = evidence['plugin'] as { readonly answering?: unknown } | undefined; // read member by member
  const unmet: { readonly [need in Need]: boolean } = {
    plugin: plugin?.answering === false,
    source: evidence['sourceReachable'] === false,
    target: evidence['targetReachable'] === false,
  };
  return needs.find((need) => unmet[need]) ?? null;
}

/** Why a rung cannot be taken, or null when it can. */
function obstacle(context: IntegrationContext, rung: Rung, at: number): string | null {
  const { diagnosis, attempts, declined } = context.escalation;
  const overAll = context.policy.ladder.budget;
  if (diagnosis && !diagnosis.rungs.includes(rung.id)) return `cannot help: ${diagnosis.message}`;
  const need = unmetNeed(context, rung);
  if (need !== null) return `makes no sense now: ${needWords[need]}`;
  if (declined[rung.id] !== undefined) return declined[rung.id] as string; // it is there
  if ((attempts[rung.id] ?? 0) >= rung.attempts)
    return `tried ${rung.attempts === 1 ? 'once' : `${rung.attempts} times`} since all was last well for ${inWords(context.policy.ladder.resetAfterMs)}`;
  if (rung.budget && usesWithin(context, rung, at).length >= rung.budget.max)
    return `its budget of ${rung.budget.max} in ${inWords(rung.budget.windowMs)} is spent`;
  if (overAll && isRemedy(rung) && usesOverAll(context, at) >= overAll.max)
    return `the budget over all of ${overAll.max} in ${inWords(overAll.windowMs)} is spent`;
  return null;
}

/** The first rung of the policy that can help and may be used. */
export function chooseRung(context: IntegrationContext, at: number): Choice {
  const skipped: { [rung: string]: string } = {};
  for (const rung of context.policy.ladder.rungs) {
    const why = obstacle(context, rung, at);
    const ready = why === null ? readyAt(context, rung, at) : null;
    if (ready !== null) return { rung, readyAt: ready, skipped };
    skipped[rung.id] = why ?? 'none of its windows ever opens';
  }
  return { rung: null, readyAt: at, skipped };
}

/**
 * The first try of a rung may act at once; a repeated one waits for its backoff, each for its cool-down, and all for their
 * windows. Null when no window ever opens.
 */
function readyAt(context: IntegrationContext, rung: Rung, at: number): number | null {
  const { ladder } = context.policy;
  const lastUse = context.escalation.uses[rung.id]?.at(-1);
  const rested = Math.max(restedAt(context, rung, at), lastUse === undefined ? at : lastUse + rung.cooldownMs);
  return nextOpening(isRemedy(rung) ? [ladder.windows, rung.windows] : [rung.windows], rested);
}

/** When the pause between two tries is over. One that has begun goes on although the evidence was gathered anew meanwhile. */
function restedAt({ id, escalation, policy }: IntegrationContext, rung: Rung, at: number): number {
  const tries = escalation.attempts[rung.id] ?? 0;
  if (tries === 0) return at;
  const fresh = at + backoffMs(policy.ladder.retryBackoff, tries - 1, `${id}:${rung.id}`);
  const tried = escalation.incident?.tries.filter((one) => one.rung === rung.id).at(-1)?.at ?? 0;
  const lastTry = Math.min(at, Math.max(tried, escalation.uses[rung.id]?.at(-1) ?? 0));
  const isResting = escalation.rung === rung.id && escalation.readyAt > lastTry;
  return isResting ? Math.max(at, Math.min(fresh, escalation.readyAt)) : fresh;
}

/** Whether the windows of the chosen rung are open at `at`: they may have closed while it waited for something else. */
export function isOpen({ policy }: IntegrationContext, rung: Rung, at: number): boolean {
  return nextOpening(isRemedy(rung) ? [policy.ladder.windows, rung.windows] : [rung.windows], at) === at;
}

/** The chosen rung; null while none is chosen. */
export function currentRung(context: IntegrationContext): Rung | null {
  return context.policy.ladder.rungs.find((rung) => rung.id === context.escalation.rung) ?? null;
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

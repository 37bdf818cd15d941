/** What is wrong with budgets and cool-downs: those that never bind, and those that bind too early. */
import type { Rung } from '../../machines/escalation/ladder-policy.ts';
import { isRemedy } from '../../machines/escalation/rungs.ts';
import type { Policy } from '../../machines/policy.ts';
import { type Finding, finding, inUnits } from './policy-lint-findings.ts';

type Ladder = Policy['ladder'];

export function lintBudgets({ ladder }: Policy): readonly Finding[] {
  return [...ladder.rungs.flatMap((rung, index) => [...ofRung(rung, index, ladder)]), ...ofAll(ladder)];
}

function* ofRung(rung: Rung, index: number, ladder: Ladder): Iterable<Finding> {
  const { id, budget, cooldownMs } = rung;
  if (budget === null) return;
  const path = ['ladder', 'rungs', index];
  if (cooldownMs >= budget.windowMs) {
    const message = `${id} rests for ${inUnits(cooldownMs)} after each use, and its budget looks back ${inUnits(budget.windowMs)}: it can never be spent. Shorten "cooldownMs", or widen "budget.windowMs".`;
    yield finding('cooldown-outlasts-budget', [...path, 'cooldownMs'], message);
    return;
  }
  const possible = usesPossible(rung, budget.windowMs, ladder);
  if (budget.max >= possible) {
    const message = `${id} can be used ${possible} times within ${inUnits(budget.windowMs)} at most, so that its budget of ${budget.max} never binds. Lower "budget.max", or shorten what keeps it apart.`;
    yield finding('budget-never-binds', [...path, 'budget', 'max'], message);
  } else if (
    isRemedy(rung) &&
    ladder.budget &&
    ladder.budget.max < budget.max &&
    ladder.budget.windowMs >= budget.windowMs
  ) {
    const message = `The budget over all of ${ladder.budget.max} ends before that of ${id}, ${budget.max}, ever binds. Lower "budget.max" of the rung.`;
    yield finding('budget-never-binds', [...path, 'budget', 'max'], message);
  }
}

/**
 * How often a rung can be used within a window by itself, at most: as its cool-down keeps uses apart, and as attempts come
 * anew only by a reset or by the slow probes of quarantine, whose jitter goes down to a tenth.
 */
function usesPossible({ cooldownMs, attempts }: Rung, windowMs: number, ladder: Ladder): number {
  const renewalMs = Math.max(1, Math.min(ladder.resetAfterMs, ladder.quarantineProbe.initialMs / 10));
  const byAttempts = attempts * (Math.floor(windowMs / renewalMs) + 1);
  const byCooldown = cooldownMs === 0 ? Number.POSITIVE_INFINITY : Math.ceil(windowMs / cooldownMs);
  return Math.min(byAttempts, byCooldown);
}

function* ofAll({ budget, rungs }: Ladder): Iterable<Finding> {
  const remedies = rungs.filter(isRemedy);
  if (budget === null || remedies.length === 0) return;
  const path = ['ladder', 'budget', 'max'];
  const needed = remedies.reduce((sum, rung) => sum + Math.min(rung.attempts, rung.budget?.max ?? rung.attempts), 0);
  if (budget.max < needed) {
    const message = `One incident may take ${needed} remedies, and the budget over all ends after ${budget.max}: the last rungs are never reached. Raise it to ${needed} or more, or lower attempts.`;
    yield finding('budget-over-all-too-small', path, message);
    return;
  }
  const possible = remedies.reduce((sum, rung) => sum + usesBudgeted(rung, budget.windowMs), 0);
  if (budget.max >= possible) {
    const message = `The budgets of the rungs allow ${possible} remedies within ${inUnits(budget.windowMs)}, so that the budget over all of ${budget.max} never binds. Lower it, or set it to null.`;
    yield finding('budget-never-binds', path, message);
  }
}

function usesBudgeted({ budget }: Rung, windowMs: number): number {
  return budget === null ? Number.POSITIVE_INFINITY : budget.max * Math.ceil(windowMs / budget.windowMs);
}

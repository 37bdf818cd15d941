/** How long the end of a pattern is waited for. */
import type { IntegrationContext } from '../../../machines/context.ts';
import { isRemedy, usesOverAll, usesWithin } from '../../../machines/escalation/rungs.ts';
import { hours } from '../../../machines/units.ts';
import type { Config } from '../../supervise/config.ts';
import type { Pattern } from './pattern.ts';

const day = hours(24);
/** After the last fault. A budget may last a day, quarantine looks once a day, and a window may come once a week. */
const patienceMs = { ever: 3 * day, withWindows: 8 * day };

/** At most so long after the pattern began, milliseconds. */
export function limitMsOf({ pattern, config }: { readonly pattern: Pattern; readonly config: Config }): number {
  const lasts = pattern.faults.map(
    ({ startMs, durationMs = 0 }) => (startMs === 'first-remedy' ? 0 : startMs) + durationMs,
  );
  const windows = config.integrations.flatMap(({ policy: { ladder } }) => [
    ladder.windows,
    ...ladder.rungs.map((rung) => rung.windows),
  ]);
  const hasWindows = windows.some(({ allow, deny }) => allow.length + deny.length > 0);
  return Math.max(...lasts) + (hasWindows ? patienceMs.withWindows : patienceMs.ever);
}

/** Whether a rung that could help has only spent its budget, or that over all: it comes back by itself. */
export function isHeldByBudget(context: IntegrationContext, at: number): boolean {
  const { ladder } = context.policy;
  const isOverAll = ladder.budget !== null && usesOverAll(context, at) >= ladder.budget.max;
  return ladder.rungs.some((rung) => {
    const helps = context.escalation.diagnosis?.rungs.includes(rung.id) ?? true;
    const isSpent = rung.budget !== null && usesWithin(context, rung, at).length >= rung.budget.max;
    return helps && (isSpent || (isOverAll && isRemedy(rung)));
  });
}

/** The ladder as a person sees it: each rung with what was done of it and why it is passed over. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Rung } from '../../machines/policy.ts';
import { usesWithin } from '../../machines/rungs.ts';
import { ladderViewSchema, type RungView } from './api.ts';
import type { IntegrationValue } from './state-value.ts';

type LadderView = (typeof ladderViewSchema)['_output'];

/** States that are passed through within a step show as the one they belong to. */
const statusSchema = ladderViewSchema.shape.status.catch('diagnosing');

export function ladderView(context: IntegrationContext, value: IntegrationValue, at: number): LadderView {
  const { incident, diagnosis, quarantine } = context.escalation;
  return {
    status: statusSchema.parse(value.escalation),
    incident: incident && {
      id: incident.id,
      openedAt: incident.openedAt,
      because: incident.because.message,
      signature: diagnosis?.signature ?? null,
    },
    quarantine: quarantine && {
      since: quarantine.since,
      reason: quarantine.reason.code,
      message: quarantine.reason.message,
    },
    rungs: context.policy.ladder.rungs.map((rung) => rungView(context, rung, at)),
  };
}

function rungView(context: IntegrationContext, rung: Rung, at: number): RungView {
  const { attempts, skipped, rung: current } = context.escalation;
  const tried = attempts[rung.id] ?? 0;
  const used = usesWithin(context, rung, at).length;
  const note = skipped[rung.id] ?? null;
  const isSpent = rung.budget !== null && used >= rung.budget.max;
  const status = current === rung.id ? 'current' : isSpent ? 'spent' : tried > 0 ? 'tried' : note ? 'skipped' : 'ready';
  return {
    id: rung.id,
    title: rung.title,
    impact: rung.impact,
    status,
    attempts: tried,
    attemptsMax: rung.attempts,
    budget: rung.budget && { used, max: rung.budget.max, windowMs: rung.budget.windowMs },
    note,
  };
}

/** The ladder as a person sees it: each rung with what was done of it and why it is passed over. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Rung } from '../../machines/policy.ts';
import { usesWithin } from '../../machines/rungs.ts';
import { type IntegrationView, ladderViewSchema, type RungView } from './api.ts';
import { shownText } from './disclosure.ts';
import type { IntegrationValue } from './state-value.ts';

type LadderView = IntegrationView['ladder'];

const statusSchema = ladderViewSchema.shape.status;

/** `at` is epoch milliseconds: budgets roll with time, also while nothing is committed. */
export function ladderView(context: IntegrationContext, value: IntegrationValue, at: number): LadderView {
  const { incident, diagnosis, quarantine } = context.escalation;
  return {
    // Choosing is passed through within a step.
    status: statusSchema.parse(value.escalation === 'choosing' ? 'diagnosing' : value.escalation),
    incident: incident && {
      id: incident.id,
      openedAt: incident.openedAt,
      because: shownText(incident.because.message),
      signature: diagnosis ? shownText(diagnosis.signature) : null,
    },
    quarantine: quarantine && {
      since: quarantine.since,
      reason: shownText(quarantine.reason.code),
      message: shownText(quarantine.reason.message),
    },
    rungs: context.policy.ladder.rungs.map((rung) => rungView(context, rung, at)),
  };
}

function rungView(context: IntegrationContext, rung: Rung, at: number): RungView {
  const used = rung.budget === null ? 0 : usesWithin(context, rung, at).length;
  const note = context.escalation.skipped[rung.id] ?? null;
  return {
    id: rung.id,
    title: rung.title,
    impact: rung.impact,
    status: statusOf(context, rung, used),
    attempts: context.escalation.attempts[rung.id] ?? 0,
    attemptsMax: rung.attempts,
    budget: rung.budget && { used, max: rung.budget.max, windowMs: rung.budget.windowMs },
    note: note === null ? null : shownText(note),
  };
}

function statusOf({ escalation }: IntegrationContext, { id, budget }: Rung, used: number): RungView['status'] {
  if (escalation.rung === id) return 'current';
  if (budget !== null && used >= budget.max) return 'spent';
  if ((escalation.attempts[id] ?? 0) > 0) return 'tried';
  return id in escalation.skipped ? 'skipped' : 'ready';
}

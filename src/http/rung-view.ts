/** A rung as a person sees it: what it costs and touches, when it may act, and what was done of it. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Rung } from '../../machines/escalation/ladder-policy.ts';
import { usesWithin } from '../../machines/escalation/rungs.ts';
import type { FleetContext } from '../../machines/fleet/memory.ts';
import { componentOf, othersTouched } from '../core/explain-situation.ts';
import { opensAt, windowsOf, windowTexts } from '../core/explain-windows.ts';
import { shownText } from './disclosure.ts';
import type { RungView } from './ladder-api.ts';

/** What a view of the ladder is made from besides its memory. */
export interface LadderMoment {
  /** Null where there is no fleet. */
  readonly fleet: FleetContext | null;
  /** Epoch milliseconds now: budgets and windows move with time, also while nothing is committed. */
  readonly at: number;
}

export function rungView(context: IntegrationContext, rung: Rung, { fleet, at }: LadderMoment): RungView {
  const { escalation, id: integration } = context;
  const used = rung.budget === null ? 0 : usesWithin(context, rung, at).length;
  const note = escalation.skipped[rung.id] ?? null;
  const lastUsedAt = escalation.uses[rung.id]?.at(-1) ?? null;
  const rested = lastUsedAt === null ? at : lastUsedAt + rung.cooldownMs;
  return {
    id: rung.id,
    title: rung.title,
    remedy: rung.remedy,
    impact: rung.impact,
    cost: rung.cost,
    mode: rung.mode,
    needs: [...rung.needs],
    steps: [...rung.steps],
    status: statusOf(context, rung, used),
    attempts: escalation.attempts[rung.id] ?? 0,
    attemptsMax: rung.attempts,
    budget: rung.budget && { used, max: rung.budget.max, windowMs: rung.budget.windowMs },
    windows: [...windowTexts(windowsOf(context, rung))],
    opensAt: opensAt(context, rung, at),
    restsUntil: rested > at ? rested : null,
    lastUsedAt,
    approval: approvalView(context, rung),
    component: componentOf(fleet, integration, rung),
    touches: [...othersTouched(fleet, integration, rung)],
    note: note === null ? null : shownText(note),
  };
}

function statusOf({ escalation }: IntegrationContext, { id, budget }: Rung, used: number): RungView['status'] {
  if (escalation.rung === id) return 'current';
  if (budget !== null && used >= budget.max) return 'spent';
  if ((escalation.attempts[id] ?? 0) > 0) return 'tried';
  return id in escalation.skipped ? 'skipped' : 'ready';
}

function approvalView({ escalation }: IntegrationContext, { id, approval }: Rung): RungView['approval'] {
  const nothing = { askedAt: null, expiresAt: null, by: null };
  if (!approval.required) return { status: 'not-needed', ...nothing };
  const asked = escalation.approval?.rung === id ? escalation.approval : null;
  if (asked === null) return { status: 'needed', ...nothing };
  const { askedAt, by } = asked;
  if (by !== null) return { status: 'given', askedAt, expiresAt: null, by: shownText(by) };
  return { status: 'asked', askedAt, expiresAt: askedAt + approval.expiresMs, by: null };
}

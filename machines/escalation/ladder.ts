/** What each step of the ladder changes in its memory. Pure functions over what the integration remembers. */
import type { IntegrationContext } from '../context.ts';
import type { Diagnosis, IntegrationEvent, Reason } from '../events.ts';
import { minutes } from '../units.ts';
import {
  endIncident,
  learn,
  newIncident,
  type Try,
  withPast,
  withSignature,
  withTry,
  withTryEnded,
} from './incident.ts';
import type { EscalationMemory } from './memory.ts';
import { chooseRung, currentRung, keptUses, usesUntil } from './rungs.ts';

type Change = Partial<EscalationMemory>;

/** The reason of the fact that made the ladder look. */
export function deviationOf(event: IntegrationEvent): Reason {
  if ('reason' in event && typeof event.reason === 'object') return event.reason;
  if (event.type === 'plugin.lost') return { code: 'plugin-lost', message: event.message };
  return { code: event.type, message: 'Something deviates.' };
}

const nothingChosen: Change = {
  diagnosis: null,
  rung: null,
  waitsFor: null,
  approval: null,
  claim: null,
  skipped: {},
  declined: {},
  told: null,
};

export function openIncident({ escalation, connection }: IntegrationContext, because: Reason, at: number): Change {
  const incidents = escalation.incidents + 1;
  // A connection is given up after several failed probes: the first of them was the beginning.
  const beganAt = connection.failures > 0 ? (connection.failingSince ?? at) : at;
  return { ...nothingChosen, incidents, incident: newIncident(`incident-${incidents}`, because, beganAt, at) };
}

/** Proof has come: the incident is put on record, and what it taught is kept. */
export function closeIncident({ escalation }: IntegrationContext, at: number): Change {
  if (escalation.incident === null) return {};
  const record = endIncident(withTryEnded(escalation.incident, 'done', null, at), at);
  return {
    ...nothingChosen,
    incident: null,
    quarantine: null,
    past: withPast(escalation.past, record),
    lessons: learn(escalation.lessons, record),
  };
}

export function noteDiagnosis(
  { escalation: { incident } }: IntegrationContext,
  diagnosis: Diagnosis,
  at: number,
): Change {
  const { signature, message } = diagnosis;
  return { diagnosis, diagnosedAt: at, incident: incident && withSignature(incident, signature, message, at) };
}

export function choose(context: IntegrationContext, at: number): Change {
  const escalation = { ...context.escalation, uses: usesUntil(context, at) };
  const { rung, readyAt, skipped } = chooseRung({ ...context, escalation }, at);
  const kept = escalation.approval?.rung === rung?.id ? escalation.approval : null;
  return { rung: rung?.id ?? null, readyAt, skipped, waitsFor: null, approval: kept, uses: escalation.uses };
}

/** The chosen rung does not act yet: it is looked at again later. */
export function postpone(
  { escalation, policy }: IntegrationContext,
  waitsFor: Reason | null,
  at: number,
  ms?: number,
): Change {
  return { readyAt: at + (ms ?? policy.ladder.recheckMs), waitsFor, claim: null, rung: escalation.rung };
}

/** While a rung waits for hours, the cause is looked for again so often: it may have become another one. */
const lookAgainMs = minutes(30);

/** When evidence is gathered anew before the chosen rung may act; null when it acts sooner. */
export function looksAgainAt({ escalation, policy }: IntegrationContext): number | null {
  const at = escalation.diagnosedAt + Math.max(policy.ladder.evidenceMs, lookAgainMs);
  return at < escalation.readyAt ? at : null;
}

export function askApproval({ escalation }: IntegrationContext, at: number): Change {
  return escalation.rung === null ? {} : { approval: { rung: escalation.rung, askedAt: at, by: null } };
}

export function askClaim({ escalation, id }: IntegrationContext, at: number): Change {
  const claims = escalation.claims + 1;
  return { claims, claim: { id: `${id}/${claims}`, askedAt: at } };
}

/** The rung is taken: it counts against attempts, budgets and cool-down from now on. */
export function noteUse(context: IntegrationContext, at: number): Change {
  const rung = currentRung(context);
  if (rung === null) return {};
  const { uses } = context.escalation;
  return {
    ...noteAttempt(context, 'under-way', null, at),
    uses: { ...uses, [rung.id]: [...keptUses(context, rung, at), at] },
  };
}

/** The rung counts as tried in this incident, but nothing was used up: somebody else did it, or it was a dry run. */
export function noteAttempt(context: IntegrationContext, how: Try['how'], message: string | null, at: number): Change {
  const { attempts, rung, incident, diagnosis } = context.escalation;
  if (rung === null) return {};
  const endedAt = how === 'under-way' ? null : at;
  const one: Try = { rung, signature: diagnosis?.signature ?? 'unknown', at, endedAt, how, message };
  return {
    waitsFor: null,
    approval: null,
    attempts: { ...attempts, [rung]: (attempts[rung] ?? 0) + 1 },
    incident: incident && withTry(incident, one),
  };
}

export function endTry(
  { escalation }: IntegrationContext,
  how: Try['how'],
  message: string | null,
  at: number,
): Change {
  const { incident } = escalation;
  return { incident: incident && withTryEnded(incident, how, message?.slice(0, messageLengthMax) ?? null, at) };
}

/** What a remedy said is kept up to this length in the record of an incident, in UTF-16 code units. */
const messageLengthMax = 2_000;

/** The chosen rung is out of the question until the incident is over. */
export function decline({ escalation }: IntegrationContext, because: string): Change {
  const { rung, declined } = escalation;
  return rung === null ? {} : { declined: { ...declined, [rung]: because }, approval: null, claim: null };
}

/** What was tried counts no more: the ladder may begin anew. */
export const fresh: Change = { attempts: {}, declined: {} };

/** Why the ladder ends: what was diagnosed when nothing can help, or that everything allowed was tried. */
export function endReason(context: IntegrationContext): Reason {
  const { diagnosis, skipped } = context.escalation;
  if (diagnosis && diagnosis.rungs.length === 0) return { code: diagnosis.signature, message: diagnosis.message };
  const details = Object.entries(skipped).map(([rung, why]) => `${rung} ${why.replace(/\.$/, '')}`);
  return { code: 'exhausted', message: `No rung is left: ${details.join('; ')}.` };
}

export function enterQuarantine(context: IntegrationContext, at: number): Change {
  const { quarantine: before, incident } = context.escalation;
  return {
    rung: null,
    waitsFor: null,
    quarantine: { since: before?.since ?? at, reason: endReason(context), probes: before ? before.probes + 1 : 0 },
    incident: incident && { ...incident, quarantinedAt: incident.quarantinedAt ?? at },
  };
}

/** Somebody else's remedy after this moment counts as the chosen rung: the incident was open, and it was not tried since. */
export function servedSince({ escalation: { incident, rung } }: IntegrationContext): number {
  const own = incident?.tries.filter((one) => one.rung === rung).at(-1);
  return Math.max(incident?.openedAt ?? 0, own?.endedAt ?? own?.at ?? 0);
}

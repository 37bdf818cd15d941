/** What the ladder says: decisions for the record, and messages for people. */
import type { IntegrationContext } from '../context.ts';
import { timeOf } from '../effect.ts';
import type { IntegrationEvent, OutsideEvent } from '../events.ts';
import type { Condition, Decision, Page, Verdict } from '../foundation.ts';
import { endReason } from './ladder.ts';
import { currentRung } from './rungs.ts';

export interface Situation {
  readonly context: IntegrationContext;
  readonly event: IntegrationEvent | { readonly type: string };
}

export const titleOf = (context: IntegrationContext): string => currentRung(context)?.title ?? 'nothing';

/** A decision whose words depend on what is remembered; the rung is always part of its evidence. */
export const decide = (words: (context: IntegrationContext) => Decision) =>
  ({
    type: 'decide',
    params: ({ context }: { context: IntegrationContext }): Decision => {
      const { what, because, evidence } = words(context);
      const { incident, rung } = context.escalation;
      return { what, because, evidence: { incident: incident?.id ?? null, rung, ...evidence } };
    },
  }) as const;

export const decideNext = decide((context) => ({
  what: `Next: ${titleOf(context)}.`,
  because: context.escalation.diagnosis?.message ?? 'No diagnosis.',
  evidence: {
    signature: context.escalation.diagnosis?.signature ?? null,
    readyAt: context.escalation.readyAt,
    skipped: context.escalation.skipped,
  },
}));

export const decideQuarantine = decide((context) => ({
  what: 'Quarantine: a person is paged, and nothing is restarted.',
  because: endReason(context).message,
  evidence: { ...context.escalation.diagnosis?.evidence, skipped: context.escalation.skipped },
}));

export const decideRecovered = decide(() => ({
  what: 'The incident is over.',
  because: 'Source and target were proven equal.',
}));

/** What the fleet said, as a sentence. */
export const sentenceOf = (answer: Verdict): string =>
  answer.verdict === 'later' ? answer.reason.message : answer.message;

/** What follows from the verdict of the fleet. */
export const decideVerdict = (what: string) =>
  ({
    type: 'decide',
    params: ({ context, event }: { context: IntegrationContext; event: { output: Verdict } }): Decision => ({
      what: `${what}: ${titleOf(context)}.`,
      because: sentenceOf(event.output),
      evidence: {
        incident: context.escalation.incident?.id ?? null,
        rung: context.escalation.rung,
        claim: context.escalation.claim?.id ?? null,
        verdict: event.output.verdict,
      },
    }),
  }) as const;

type ByPerson = Extract<OutsideEvent, { type: 'approval.given' | 'approval.refused' | 'step.answered' }>;

/** What a person said about the rung. */
export function sentenceBy(event: ByPerson): string {
  switch (event.type) {
    case 'approval.given':
      return `${event.by} agreed.`;
    case 'approval.refused':
      return `${event.by} did not agree.`;
    case 'step.answered': {
      const note = event.note === '' ? '' : ` "${event.note}"`;
      return `${event.by} ${event.done ? 'did it' : 'could not do it'}.${note}`;
    }
  }
}

/** What follows from the word of a person. */
export const decideByPerson = (what: string) =>
  ({
    type: 'decide',
    params: ({ context, event }: { context: IntegrationContext; event: ByPerson }): Decision => ({
      what: `${what}: ${titleOf(context)}.`,
      because: sentenceBy(event),
      evidence: { incident: context.escalation.incident?.id ?? null, rung: event.rung, by: event.by },
    }),
  }) as const;

const page = (kind: Page['kind'], severity: Page['severity'], words: (context: IntegrationContext) => Partial<Page>) =>
  ({
    type: 'page',
    params: ({ context, event }: Situation): Page => ({
      integration: context.id,
      at: timeOf(event),
      kind,
      severity,
      title: `${context.id} needs attention`,
      reason: context.escalation.incident?.because ?? { code: 'unknown', message: 'No reason is known.' },
      incident: context.escalation.incident?.id ?? null,
      next: null,
      ...words(context),
    }),
  }) as const;

function nextSentence(context: IntegrationContext): string {
  return `Next, not before ${new Date(context.escalation.readyAt).toISOString()}: ${titleOf(context)}.`;
}

const diagnosed = ({ escalation: { diagnosis, incident } }: IntegrationContext) =>
  diagnosis ? { code: diagnosis.signature, message: diagnosis.message } : incident?.because;

export const pageIncident = page('incident-opened', 'warning', (context) => ({
  title: `${context.id} deviates`,
  ...reasoned(context),
  next: nextSentence(context),
}));

export const pageReasonChanged = page('reason-changed', 'warning', (context) => ({
  title: `${context.id} still deviates, for another reason`,
  ...reasoned(context),
  next: nextSentence(context),
}));

function reasoned(context: IntegrationContext): Partial<Page> {
  const reason = diagnosed(context);
  return reason ? { reason } : {};
}

export const pageQuarantine = page('quarantined', 'critical', (context) => ({
  title: `${context.id} is in quarantine: a person is needed`,
  reason: endReason(context),
  next: 'Nothing is restarted any more; it is looked at slowly, and it comes back by itself once the cause is gone.',
}));

export const pageApproval = page('approval-needed', 'critical', (context) => ({
  title: `${context.id} asks for approval: ${titleOf(context)}`,
  ...reasoned(context),
  next: `It waits for a person to agree. What it touches: ${currentRung(context)?.impact ?? ''}`,
}));

export const pageStep = page('step-needed', 'critical', (context) => ({
  title: `${context.id} asks a person: ${titleOf(context)}`,
  ...reasoned(context),
  next: (currentRung(context)?.steps ?? []).map((step, at) => `${at + 1}. ${step}`).join(' ') || null,
}));

export const pageHangs = page('remedy-hangs', 'critical', (context) => ({
  title: `${context.id}: a remedy did not finish in its time: ${titleOf(context)}`,
  next: 'Evidence is gathered anew, and the ladder goes on.',
}));

export const pageRecovered = page('recovered', 'resolved', (context) => ({
  title: `${context.id} is well again`,
  reason: { code: 'recovered', message: 'Source and target were proven equal; the incident is over.' },
}));

/** What the fleet hears. */
export const tellDeviation = {
  type: 'tellCondition',
  params: ({ context, event }: Situation): Condition => ({
    integration: context.id,
    at: timeOf(event),
    because: context.escalation.incident?.because ?? { code: 'unknown', message: 'Something deviates.' },
  }),
} as const;

export const tellWell = {
  type: 'tellCondition',
  params: ({ context, event }: Situation): Condition => ({ integration: context.id, at: timeOf(event), because: null }),
} as const;

/** The ladder as a person sees it: where it stands, what it waits for, its rungs, and the incidents it has met. */
import type { IntegrationContext } from '../../machines/context.ts';
import { currentRung, usesOverAll } from '../../machines/escalation/rungs.ts';
import type { InstanceRecord } from '../core/record.ts';
import { shownText } from './disclosure.ts';
import { pendingDelays } from './fleet-record.ts';
import { lessonViews, signatureViews, tryViews } from './incident-view.ts';
import { type LadderView, ladderViewSchema } from './ladder-api.ts';
import { reasonView } from './reason-view.ts';
import { type LadderMoment, rungView } from './rung-view.ts';
import { regionStates } from './state-value.ts';

const statusSchema = ladderViewSchema.shape.status;
/** How many incidents that are over the view names. */
const pastShown = 5;

export function ladderView(record: InstanceRecord, moment: LadderMoment): LadderView {
  const context = record.snapshot.context as unknown as IntegrationContext; // the record is one of an integration
  const { escalation, policy } = context;
  const { quarantine, waitsFor, claim, past } = escalation;
  const { budget } = policy.ladder;
  const status = ladderStatus(record);
  return {
    status,
    incident: incidentOf(context),
    quarantine: quarantine && {
      since: quarantine.since,
      reason: shownText(quarantine.reason.code),
      message: shownText(quarantine.reason.message),
    },
    readyAt: status === 'waiting' ? escalation.readyAt : null,
    waitsFor: reasonView(waitsFor),
    claim: claim && { id: claim.id, askedAt: claim.askedAt },
    asks: asksOf(record, context, status),
    rungs: policy.ladder.rungs.map((rung) => rungView(context, rung, moment)),
    budget: budget && { used: usesOverAll(context, moment.at), max: budget.max, windowMs: budget.windowMs },
    past: past
      .slice(-pastShown)
      .reverse()
      .map(({ id, openedAt, endedAt, because, signatures, helped }) => ({
        id,
        openedAt,
        endedAt,
        because: shownText(because.message),
        signature: signatures.at(-1)?.signature ?? null,
        helped,
      })),
    lessons: lessonViews(escalation.lessons),
  };
}

/** Choosing is passed through within a step. */
export function ladderStatus(record: InstanceRecord): LadderView['status'] {
  const { escalation } = regionStates(record);
  return statusSchema.parse(escalation === 'choosing' ? 'diagnosing' : escalation);
}

function incidentOf(context: IntegrationContext): LadderView['incident'] {
  const { incident, diagnosis } = context.escalation;
  return (
    incident && {
      id: incident.id,
      beganAt: incident.beganAt,
      openedAt: incident.openedAt,
      because: shownText(incident.because.message),
      signature: diagnosis ? shownText(diagnosis.signature) : null,
      signatures: signatureViews(incident),
      tries: tryViews(context, incident.tries),
      triesDropped: incident.triesDropped,
    }
  );
}

function asksOf(record: InstanceRecord, context: IntegrationContext, status: LadderView['status']): LadderView['asks'] {
  const rung = currentRung(context);
  if (rung === null || (status !== 'asking' && status !== 'instructing')) return null;
  const kind = status === 'asking' ? 'approval' : 'steps';
  const delay = status === 'asking' ? 'approvalExpires' : 'rungTimeout';
  const until = pendingDelays(record).find((timer) => timer.delay === delay)?.dueAt ?? null;
  return { kind, rung: rung.id, title: rung.title, steps: [...rung.steps], until };
}

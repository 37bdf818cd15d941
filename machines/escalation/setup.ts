/** The named actions, guards and delays of the ladder; the rules themselves are pure functions in `ladder.ts` and `rungs.ts`. */
import { assign } from 'xstate';
import { backoffMs } from '../backoff.ts';
import type { IntegrationContext } from '../context.ts';
import { timeOf } from '../effect.ts';
import type { Diagnosis, IntegrationEvent, Reason } from '../events.ts';
import { foundation, type Verdict } from '../foundation.ts';
import { isRefusal } from '../reason.ts';
import { isProgressing } from '../synchronization/run.ts';
import type { Try } from './incident.ts';
import * as ladder from './ladder.ts';
import type { EscalationMemory } from './memory.ts';
import { currentRung, isOpen } from './rungs.ts';

const change = ({ escalation }: IntegrationContext, part: Partial<EscalationMemory>) => ({
  escalation: { ...escalation, ...part },
});

/** An action that changes the memory of the ladder by what is remembered and the time of the event. */
const by = (rule: (context: IntegrationContext, at: number, event: IntegrationEvent) => Partial<EscalationMemory>) =>
  foundation.assign(({ context, event }) => change(context, rule(context, timeOf(event), event)));

/** Why the chosen rung may not act now although nothing but time was asked for; null when it may. */
export function standstill(context: IntegrationContext, at: number): Reason | null {
  const [hold] = context.holds;
  if (hold !== undefined) return { code: 'held', message: `The hold "${hold.name}" is in place: ${hold.reason}` };
  if (isProgressing(context, at)) return { code: 'progressing', message: 'A synchronization is making progress.' };
  return null;
}

/** Whether the time of the chosen rung has come; before that evidence is gathered anew now and then. */
function isDue({ escalation }: IntegrationContext, event: { readonly type: string }): boolean {
  return timeOf(event) >= escalation.readyAt;
}

function isAwaited({ escalation: { rung } }: IntegrationContext, event: IntegrationEvent): boolean {
  return 'rung' in event && event.rung === rung;
}

export const escalationSetup = foundation.extend({
  actions: {
    openIncident: by((context, at, event) => ladder.openIncident(context, ladder.deviationOf(event), at)),
    closeIncident: by(ladder.closeIncident),
    noteDiagnosis: assign(({ context, event }, { diagnosis }: { diagnosis: Diagnosis }) =>
      change(context, ladder.noteDiagnosis(context, diagnosis, timeOf(event))),
    ),
    noteNoDiagnosis: assign(({ context, event }, { message }: { message: string }) => {
      const rungs = context.policy.ladder.rungs.map((rung) => rung.id);
      const diagnosis = { signature: 'unknown', message, rungs, evidence: {} };
      return change(context, ladder.noteDiagnosis(context, diagnosis, timeOf(event)));
    }),
    noteTold: by(({ escalation }) => ({ told: escalation.diagnosis?.signature ?? null })),
    choose: by(ladder.choose),
    postpone: by((context, at) => ladder.postpone(context, standstill(context, at), at)),
    postponeBy: assign(({ context, event }, { reason, ms }: { reason: Reason; ms: number }) =>
      change(context, ladder.postpone(context, reason, timeOf(event), ms)),
    ),
    askApproval: by(ladder.askApproval),
    noteApproval: by(({ escalation }, at, event) => {
      const approval = escalation.approval && { ...escalation.approval, by: 'by' in event ? event.by : 'somebody' };
      return { approval, readyAt: at };
    }),
    decline: assign(({ context }, { because }: { because: string }) =>
      change(context, ladder.decline(context, because)),
    ),
    askClaim: by(ladder.askClaim),
    noteUse: by(ladder.noteUse),
    noteAttempt: assign(({ context, event }, { how, message }: { how: Try['how']; message: string | null }) =>
      change(context, ladder.noteAttempt(context, how, message, timeOf(event))),
    ),
    endTry: assign(({ context, event }, { how, message }: { how: Try['how']; message: string | null }) =>
      change(context, ladder.endTry(context, how, message, timeOf(event))),
    ),
    resetAttempts: by(() => ladder.fresh),
    enterQuarantine: by(ladder.enterQuarantine),
    tellRequested: foundation.raise(({ context, event }) => ({
      type: 'synchronization.requested',
      at: timeOf(event),
      mode: currentRung(context)?.mode ?? 'delta',
      requestedBy: 'ladder',
    })),
  },
  guards: {
    isExhausted: ({ event }) => event.type === 'synchronization.interrupted' && event.exhausted,
    /** Slow, flapping and stale connections are watched, not treated: yellow alone is no reason to act. */
    isSerious: ({ event }) => event.type === 'connection.degraded' && isRefusal(event.reason),
    isNews: ({ context: { escalation } }) => escalation.rung !== null && escalation.told === null,
    isOtherNews: ({ context: { escalation } }) =>
      escalation.rung !== null &&
      escalation.told !== null &&
      escalation.told !== (escalation.diagnosis?.signature ?? null),
    hasRung: ({ context }) => context.escalation.rung !== null,
    mustWait: ({ context, event }) => isDue(context, event) && standstill(context, timeOf(event)) !== null,
    isClosed: ({ context, event }) => {
      const rung = currentRung(context);
      return isDue(context, event) && (rung === null || !isOpen(context, rung, timeOf(event)));
    },
    isEvidenceOld: ({ context, event }) =>
      !isDue(context, event) ||
      // Dated after now, it was gathered before the clock was set back: nobody knows how long ago.
      Math.abs(timeOf(event) - context.escalation.diagnosedAt) > context.policy.ladder.evidenceMs,
    needsApproval: ({ context }) =>
      currentRung(context)?.approval.required === true && context.escalation.approval?.by == null,
    isAwaited: ({ context, event }) => isAwaited(context, event),
    isAwaitedAndDone: ({ context, event }) => isAwaited(context, event) && event.type === 'step.answered' && event.done,
    isProgressing: ({ context, event }) => isProgressing(context, timeOf(event)),
    isGrantedTooLate: ({ context, event }, { answer }: { answer: Verdict }) =>
      answer.verdict === 'granted' && standstill(context, timeOf(event)) !== null,
    isGrantedToPerson: ({ context }, { answer }: { answer: Verdict }) =>
      answer.verdict === 'granted' && currentRung(context)?.remedy === 'person',
    isGrantedToRun: ({ context }, { answer }: { answer: Verdict }) =>
      answer.verdict === 'granted' && currentRung(context)?.remedy === 'synchronize',
    isVerdict: (_, { answer, verdict }: { answer: Verdict; verdict: Verdict['verdict'] }) => answer.verdict === verdict,
    isNewObstacle: ({ context }, { answer }: { answer: Verdict }) =>
      answer.verdict === 'later' && answer.reason.code !== context.escalation.waitsFor?.code,
    isNewQuarantine: ({ context }) => context.escalation.quarantine?.reason.code !== ladder.endReason(context).code,
    wasTold: ({ context }) => context.escalation.told !== null || context.escalation.quarantine !== null,
  },
  delays: {
    confirm: ({ context }) => context.policy.ladder.confirmMs,
    diagnoseTimeout: ({ context }) => context.policy.ladder.diagnoseTimeoutMs,
    reset: ({ context }) => context.policy.ladder.resetAfterMs,
    rungReady: ({ context, event }) =>
      Math.max(0, (ladder.looksAgainAt(context) ?? context.escalation.readyAt) - timeOf(event)),
    approvalExpires: ({ context }) => currentRung(context)?.approval.expiresMs ?? 0,
    claimTimeout: ({ context }) => context.policy.ladder.claimTimeoutMs,
    rungTimeout: ({ context }) => currentRung(context)?.timeoutMs ?? 0,
    settled: ({ context }) => currentRung(context)?.settleMs ?? 0,
    proofTimeout: ({ context }) => currentRung(context)?.proofTimeoutMs ?? 0,
    slowProbe: ({ context }) =>
      backoffMs(context.policy.ladder.quarantineProbe, context.escalation.quarantine?.probes ?? 0, context.id),
  },
});

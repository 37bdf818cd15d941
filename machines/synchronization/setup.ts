/** What a synchronization notes and tells, when it may do something, and how long it waits. */
import { assign, raise } from 'xstate';
import { backoffMs } from '../backoff.ts';
import type { IntegrationContext, SynchronizationMemory } from '../context.ts';
import { timeOf } from '../effect.ts';
import type { IntegrationEvent, Phase, Proof, Reason, RunOutcome } from '../events.ts';
import { foundation } from '../foundation.ts';
import { isRefusal } from '../reason.ts';
import { nextRun, scheduledMode } from './plan.ts';
import { isAnsweredBy, mergeRequests, type RunRequest, requestOf } from './request.ts';
import {
  endRun,
  engineReason,
  forgetRun,
  isExhausted,
  newRun,
  noteProgress,
  noteVerified,
  resumeRun,
  stallAfterMs,
} from './run.ts';
import { verdictOf } from './verdict.ts';

function change(context: IntegrationContext, part: Partial<SynchronizationMemory>) {
  return { synchronization: { ...context.synchronization, ...part } };
}

/** What the next run is for: what is asked for and what waits, together with the run that it takes the place of. */
function wanted({ synchronization }: IntegrationContext, event: IntegrationEvent): RunRequest | null {
  const { run, pending } = synchronization;
  if (event.type !== 'synchronization.requested') return pending;
  const before = run === null ? pending : mergeRequests(pending, run);
  return mergeRequests(before, requestOf(event));
}

/** Only what began after the last run ended can speak for or against it. */
function isNewer({ synchronization }: IntegrationContext, startedAt: number): boolean {
  return startedAt >= (synchronization.lastRun?.endedAt ?? 0);
}

export const synchronizationSetup = foundation.extend({
  actions: {
    planRun: foundation.assign(({ context, event }) => {
      const at = timeOf(event);
      const scheduled = { mode: scheduledMode(context, at), requestedBy: 'schedule' };
      return change(context, newRun(context, wanted(context, event) ?? requestOf(scheduled), at));
    }),
    planResume: foundation.assign(({ context, event }) => {
      const { run } = context.synchronization;
      const afresh = event.type === 'synchronization.requested' || event.type === 'connection.established';
      return run === null ? {} : change(context, resumeRun(run, afresh, timeOf(event)));
    }),
    keepPending: foundation.assign(({ context, event }) => {
      if (event.type !== 'synchronization.requested') return {};
      return change(context, { pending: mergeRequests(context.synchronization.pending, requestOf(event)) });
    }),
    noteProgress: foundation.assign(({ context, event }) => {
      const { run } = context.synchronization;
      if (run === null || event.type !== 'run.progressed') return {};
      return change(context, { run: noteProgress(run, event.progress, event.at) });
    }),
    noteStalled: assign(({ context }, { stalled }: { stalled: boolean }) => {
      const { run } = context.synchronization;
      return run === null ? {} : change(context, { run: { ...run, stalled } });
    }),
    noteOutcome: assign(({ context, event }, { result }: { result: RunOutcome }) =>
      change(context, endRun(context, result, timeOf(event))),
    ),
    noteInterruption: assign(({ context }, { reason }: { reason: Reason }) => {
      const { run } = context.synchronization;
      if (run === null) return {};
      return change(context, { reason, run: { ...run, fruitless: run.fruitless + 1, stalled: false } });
    }),
    forgetRun: foundation.assign(({ context, event }) => change(context, forgetRun(context, timeOf(event)))),
    noteVerified: assign(({ context }, { proof }: { proof: Proof }) => change(context, noteVerified(context, proof))),
    noteSettled: foundation.assign(({ context }) => change(context, { reason: null })),
    noteCheckStarted: foundation.assign(({ context, event }) => change(context, { checkStartedAt: timeOf(event) })),
    noteCounts: assign(({ context }, { proof }: { proof: Proof }) => change(context, { counts: proof })),
    noteDifference: foundation.assign(({ context, event }) =>
      event.type === 'check.answered' ? change(context, { reason: engineReason('counts-differ', event.proof) }) : {},
    ),
    tellSucceeded: foundation.raise(({ event }) => ({ type: 'synchronization.succeeded', at: timeOf(event) })),
    tellIncomplete: foundation.raise(({ context, event }) => ({
      type: 'synchronization.incomplete',
      at: timeOf(event),
      reason: context.synchronization.reason ?? engineReason(null),
    })),
    tellInterrupted: foundation.raise(({ context, event }) => ({
      type: 'synchronization.interrupted',
      at: timeOf(event),
      reason: context.synchronization.reason ?? engineReason(null),
      exhausted: isExhausted(context),
    })),
    tellStalled: foundation.raise(({ context, event }) => ({
      type: 'synchronization.stalled',
      at: timeOf(event),
      reason: {
        code: 'stalled',
        message: `The run made no progress for ${Math.round(stallAfterMs(context) / 1000)} s, which is not its own pace.`,
      },
    })),
    tellChecked: raise(({ context, event }, { proof }: { proof: Proof }) => ({
      type: 'check.answered' as const,
      at: timeOf(event),
      proof,
      startedAt: context.synchronization.checkStartedAt ?? timeOf(event),
    })),
    tellVerification: foundation.raise(({ event }) => ({
      ...(event as Extract<IntegrationEvent, { type: 'verification.answered' }>), // it is raised on that event alone
      type: 'check.answered' as const,
    })),
  },
  guards: {
    isProven: ({ context }, { result }: { result: RunOutcome }) => verdictOf(context, result).succeeded,
    isPhase: ({ event }, { phase }: { phase: Phase }) => event.type === 'run.advanced' && event.phase === phase,
    hasPending: ({ context }) => context.synchronization.pending !== null,
    isResting: ({ context }) => context.synchronization.run === null,
    /** Not answered by the run that is under way. */
    asksForMore: ({ context, event }) =>
      event.type === 'synchronization.requested' && !isAnsweredBy(requestOf(event), context.synchronization.run),
    /** Refused credentials are not tried again by itself: it would lock the account out. */
    mayResume: ({ context }) => !isRefusal(context.synchronization.reason),
    /** A refusal that met the run alone: the connection shows no sign of it, and would never tell that it is over. */
    isRefusalOver: ({ context }) =>
      isRefusal(context.synchronization.reason) && context.connection.successes > 0 && context.holds.length === 0,
    isLastHold: ({ context, event }) =>
      event.type === 'hold.released' && context.holds.every((hold) => hold.name === event.name),
    isLastHoldOfRun: ({ context, event }) =>
      event.type === 'hold.released' &&
      context.holds.every((hold) => hold.name === event.name) &&
      context.synchronization.run !== null,
    isDifference: ({ context, event }) =>
      event.type === 'check.answered' && !event.proof.equal && isNewer(context, event.startedAt),
    /** Counts prove nothing of the content, and no proof speaks for what a guard or the target has refused. */
    isSettled: ({ context, event }) =>
      event.type === 'check.answered' &&
      event.proof.equal &&
      event.proof.depth === 'content' &&
      context.synchronization.objection === null &&
      isNewer(context, event.startedAt),
  },
  delays: {
    nextRunDue: ({ context, event }) => nextRun(context, timeOf(event)).at - timeOf(event),
    resumeDue: ({ context }) => {
      const fruitless = context.synchronization.run?.fruitless ?? 0;
      return backoffMs(context.policy.synchronization.resumeBackoff, Math.max(0, fruitless - 1), context.id);
    },
    checkDue: ({ context }) => context.policy.synchronization.checkEveryMs,
    stallDue: ({ context }) => stallAfterMs(context),
  },
});

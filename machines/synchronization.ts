/** The life of a synchronization: from request to proof, interrupted and resumed, slow told apart from stuck. */
import { assign, raise } from 'xstate';
import { backoffMs } from './backoff.ts';
import { type IntegrationContext, newMemory, type SynchronizationMemory } from './context.ts';
import { timeOf } from './effect.ts';
import type { Phase, Proof, Reason, RunOutcome } from './events.ts';
import { foundation } from './foundation.ts';
import { isRefusal, reasonOf } from './reason.ts';
import {
  endRun,
  engineReason,
  isExhausted,
  newRun,
  noteProgress,
  resumeRun,
  scheduledMode,
  stallAfterMs,
} from './run.ts';

function change(context: IntegrationContext, part: Partial<SynchronizationMemory>) {
  return { synchronization: { ...context.synchronization, ...part } };
}

const synchronizationSetup = foundation.extend({
  actions: {
    planRun: foundation.assign(({ context, event }) => {
      const at = timeOf(event);
      const asked = event.type === 'synchronization.requested' ? event : context.synchronization.pending;
      if (asked) return change(context, newRun(context, asked.mode, asked.requestedBy, at));
      return change(context, newRun(context, scheduledMode(context, at), 'schedule', at));
    }),
    planResume: foundation.assign(({ context, event }) => {
      const { run } = context.synchronization;
      const afresh = event.type === 'synchronization.requested' || event.type === 'connection.established';
      return run === null ? {} : change(context, resumeRun(run, afresh, timeOf(event)));
    }),
    keepPending: foundation.assign(({ context, event }) => {
      if (event.type !== 'synchronization.requested') return {};
      return change(context, { pending: { mode: event.mode, requestedBy: event.requestedBy } });
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
    forgetRun: foundation.assign(({ context }) => change(context, { run: null, pending: null })),
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
  },
  guards: {
    isProven: (_, { result }: { result: RunOutcome }) => result.outcome === 'succeeded' && result.proof.equal,
    isPhase: ({ event }, { phase }: { phase: Phase }) => event.type === 'run.advanced' && event.phase === phase,
    hasPending: ({ context }) => context.synchronization.pending !== null,
    isResting: ({ context }) => context.synchronization.run === null,
    /** A full run answers every request; a delta run only a request for a delta. */
    asksForMore: ({ context, event }) =>
      event.type === 'synchronization.requested' &&
      event.mode === 'full' &&
      context.synchronization.run?.mode !== 'full',
    /** Refused credentials are not tried again by itself: it would lock the account out. */
    mayResume: ({ context }) => !isRefusal(context.synchronization.reason),
    isLastHold: ({ context, event }) =>
      event.type === 'hold.released' && context.holds.every((hold) => hold.name === event.name),
    isLastHoldOfRun: ({ context, event }) =>
      event.type === 'hold.released' &&
      context.holds.every((hold) => hold.name === event.name) &&
      context.synchronization.run !== null,
    /** Only a check that began after the last run ended can speak against it. */
    isDifference: ({ context, event }) =>
      event.type === 'check.answered' &&
      !event.proof.equal &&
      event.startedAt >= (context.synchronization.lastRun?.endedAt ?? 0),
  },
  delays: {
    nextRunDue: ({ context, event }) => {
      const lastEnd = context.synchronization.lastRun?.endedAt ?? timeOf(event);
      return Math.max(0, lastEnd + context.policy.synchronization.deltaEveryMs - timeOf(event));
    },
    resumeDue: ({ context }) => {
      const fruitless = context.synchronization.run?.fruitless ?? 0;
      return backoffMs(context.policy.synchronization.resumeBackoff, Math.max(0, fruitless - 1), context.id);
    },
    checkDue: ({ context }) => context.policy.synchronization.checkEveryMs,
    stallDue: ({ context }) => stallAfterMs(context),
  },
});

/** A new run starts on request, on schedule, and to catch up with what changed while the connection was away. */
const restingOn = {
  'synchronization.requested': { target: 'running', actions: ['planRun'] },
  'connection.established': { target: 'running', actions: ['planRun'] },
  'hold.placed': 'held',
} as const;

const nextRun = { nextRunDue: { target: 'running', actions: ['planRun'] } } as const;
const pendingRun = { guard: 'hasPending', target: 'running', actions: ['planRun'] } as const;

export const synchronizationRegion = synchronizationSetup.createStateConfig({
  type: 'parallel',
  states: {
    run: {
      initial: 'idle',
      states: {
        idle: { on: restingOn },
        running: {
          type: 'parallel',
          invoke: {
            id: 'synchronize',
            src: 'synchronize',
            input: ({ context }) => ({
              integration: context.id,
              runId: context.synchronization.run?.id ?? '',
              mode: context.synchronization.run?.mode ?? 'full',
            }),
            onDone: [
              {
                guard: { type: 'isProven', params: ({ event }) => ({ result: event.output }) },
                target: 'succeeded',
                actions: [{ type: 'noteOutcome', params: ({ event }) => ({ result: event.output }) }],
              },
              {
                target: 'incomplete',
                actions: [{ type: 'noteOutcome', params: ({ event }) => ({ result: event.output }) }],
              },
            ],
            onError: {
              target: 'interrupted',
              actions: [{ type: 'noteInterruption', params: ({ event }) => ({ reason: reasonOf(event.error) }) }],
            },
          },
          on: {
            'synchronization.requested': { guard: 'asksForMore', actions: ['keepPending'] },
            'cancellation.requested': { target: 'cancelled', actions: ['forgetRun'] },
            'hold.placed': 'held',
          },
          states: {
            phase: {
              initial: 'preflight',
              on: {
                'run.advanced': [
                  { guard: { type: 'isPhase', params: { phase: 'preflight' } }, target: '.preflight' },
                  { guard: { type: 'isPhase', params: { phase: 'inventory' } }, target: '.inventory' },
                  { guard: { type: 'isPhase', params: { phase: 'transferring' } }, target: '.transferring' },
                  { guard: { type: 'isPhase', params: { phase: 'sweeping' } }, target: '.sweeping' },
                  { guard: { type: 'isPhase', params: { phase: 'proving' } }, target: '.proving' },
                ],
              },
              states: { preflight: {}, inventory: {}, transferring: {}, sweeping: {}, proving: {} },
            },
            pace: {
              initial: 'progressing',
              states: {
                progressing: {
                  after: { stallDue: 'stalled' },
                  on: {
                    'run.progressed': { target: 'progressing', reenter: true, actions: ['noteProgress'] },
                    'plugin.lost': 'stalled',
                  },
                },
                stalled: {
                  entry: [{ type: 'noteStalled', params: { stalled: true } }, 'tellStalled'],
                  exit: [{ type: 'noteStalled', params: { stalled: false } }],
                  on: { 'run.progressed': { target: 'progressing', actions: ['noteProgress'] } },
                },
              },
            },
          },
        },
        succeeded: {
          entry: ['tellSucceeded'],
          always: pendingRun,
          after: nextRun,
          on: {
            ...restingOn,
            'check.answered': { guard: 'isDifference', target: 'incomplete', actions: ['noteDifference'] },
          },
        },
        incomplete: { entry: ['tellIncomplete'], always: pendingRun, after: nextRun, on: restingOn },
        interrupted: {
          entry: ['tellInterrupted'],
          after: { resumeDue: { guard: 'mayResume', target: 'running', actions: ['planResume'] } },
          on: {
            'synchronization.requested': [
              { guard: 'asksForMore', target: 'running', actions: ['planRun'] },
              { target: 'running', actions: ['planResume'] },
            ],
            'connection.established': { target: 'running', actions: ['planResume'] },
            'cancellation.requested': { target: 'cancelled', actions: ['forgetRun'] },
            'hold.placed': 'held',
          },
        },
        held: {
          on: {
            'hold.released': [
              { guard: 'isLastHoldOfRun', target: 'running', actions: ['planResume'] },
              { guard: 'isLastHold', target: 'running', actions: ['planRun'] },
            ],
            'synchronization.requested': { actions: ['keepPending'] },
            'cancellation.requested': { actions: ['forgetRun'] },
          },
        },
        cancelled: { after: nextRun, on: restingOn },
      },
    },
    check: {
      initial: 'waiting',
      states: {
        waiting: {
          after: {
            checkDue: [
              { guard: 'isResting', target: 'counting' },
              { target: 'waiting', reenter: true },
            ],
          },
          on: { 'refresh.requested': 'counting' },
        },
        counting: {
          entry: ['noteCheckStarted'],
          invoke: {
            id: 'check',
            src: 'check',
            input: ({ context }) => ({ integration: context.id }),
            onDone: {
              target: 'waiting',
              actions: [
                { type: 'noteCounts', params: ({ event }) => ({ proof: event.output }) },
                { type: 'tellChecked', params: ({ event }) => ({ proof: event.output }) },
              ],
            },
            // A check that fails says nothing about equality; the probes say why it failed.
            onError: 'waiting',
          },
        },
      },
    },
  },
});

/** The synchronization alone, to run, draw and test. */
export const synchronizationMachine = synchronizationSetup.createMachine({
  id: 'synchronization@1',
  context: ({ input }) => newMemory(input),
  ...synchronizationRegion,
});

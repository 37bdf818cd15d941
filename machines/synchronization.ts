/** The life of a synchronization: from request to proof, interrupted and resumed, slow told apart from stuck. */
import { newMemory } from './context.ts';
import { reasonOf } from './reason.ts';
import { synchronizationSetup } from './synchronization/setup.ts';

/** A new run starts on request, on schedule, and to catch up with what changed while the connection was away. */
const restingOn = {
  'synchronization.requested': { target: 'running', actions: ['planRun'] },
  'connection.established': { target: 'running', actions: ['planRun'] },
  'hold.placed': 'held',
} as const;

const planned = { nextRunDue: { target: 'running', actions: ['planRun'] } } as const;
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
              types: context.synchronization.run?.types ?? null,
              approveDeletes: context.synchronization.run?.approveDeletes ?? false,
              requestedBy: context.synchronization.run?.requestedBy ?? 'schedule',
            }),
            onDone: [
              {
                guard: { type: 'isProven', params: ({ event }) => ({ result: event.output }) },
                target: 'succeeded',
                actions: [{ type: 'noteOutcome', params: ({ event }) => ({ result: event.output }) }, 'tellSucceeded'],
              },
              {
                target: 'incomplete',
                actions: [{ type: 'noteOutcome', params: ({ event }) => ({ result: event.output }) }, 'tellIncomplete'],
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
          always: pendingRun,
          after: planned,
          on: {
            ...restingOn,
            'policy.changed': { target: 'succeeded', reenter: true },
            'check.answered': {
              guard: 'isDifference',
              target: 'incomplete',
              actions: ['noteDifference', 'tellIncomplete'],
            },
          },
        },
        incomplete: {
          always: pendingRun,
          after: planned,
          on: {
            ...restingOn,
            'policy.changed': { target: 'incomplete', reenter: true },
            'check.answered': { guard: 'isSettled', target: 'succeeded', actions: ['noteSettled', 'tellSucceeded'] },
          },
        },
        interrupted: {
          entry: ['tellInterrupted'],
          after: { resumeDue: { guard: 'mayResume', target: 'running', actions: ['planResume'] } },
          on: {
            'synchronization.requested': [
              { guard: 'asksForMore', target: 'running', actions: ['planRun'] },
              { target: 'running', actions: ['planResume'] },
            ],
            'connection.established': { target: 'running', actions: ['planResume'] },
            'probe.judged': { guard: 'isRefusalOver', target: 'running', actions: ['planResume'] },
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
        cancelled: {
          after: planned,
          on: { ...restingOn, 'policy.changed': { target: 'cancelled', reenter: true } },
        },
      },
    },
    check: {
      initial: 'waiting',
      on: {
        'verification.answered': {
          actions: [{ type: 'noteVerified', params: ({ event }) => ({ proof: event.proof }) }, 'tellVerification'],
        },
      },
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

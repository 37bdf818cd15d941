/** The ladder: a deviation is confirmed, diagnosed, and met with the mildest remedy that can help, up to a person. */
import { newMemory } from './context.ts';
import { actingState, instructingState } from './escalation/acting.ts';
import { askingState, claimingState } from './escalation/permission.ts';
import { recovery, recoveryWithClaim, release } from './escalation/recovery.ts';
import { escalationSetup } from './escalation/setup.ts';
import * as words from './escalation/words.ts';
import { reasonOf } from './reason.ts';

const open = { target: 'confirming', actions: ['openIncident', words.tellDeviation] } as const;
const unproven = {
  target: 'diagnosing',
  actions: [{ type: 'endTry', params: { how: 'failed', message: 'What followed was not proven equal.' } }],
} as const;

export const escalationRegion = escalationSetup.createStateConfig({
  initial: 'watching',
  states: {
    watching: {
      after: { reset: { actions: ['resetAttempts'] } },
      on: {
        'connection.lost': open,
        'connection.degraded': { guard: 'isSerious', ...open },
        'synchronization.incomplete': open,
        'synchronization.stalled': open,
        'synchronization.interrupted': { guard: 'isExhausted', ...open },
        'plugin.lost': open,
      },
    },
    confirming: { after: { confirm: 'diagnosing' }, on: recovery },
    diagnosing: {
      invoke: {
        id: 'diagnose',
        src: 'diagnose',
        input: ({ context }) => ({
          integration: context.id,
          because: context.escalation.incident?.because ?? { code: 'unknown', message: 'Nothing is known.' },
          lastRun: context.synchronization.reason,
          rungs: context.policy.ladder.rungs.map((rung) => rung.id),
        }),
        onDone: {
          target: 'choosing',
          actions: [{ type: 'noteDiagnosis', params: ({ event }) => ({ diagnosis: event.output }) }],
        },
        onError: {
          target: 'choosing',
          actions: [{ type: 'noteNoDiagnosis', params: ({ event }) => ({ message: reasonOf(event.error).message }) }],
        },
      },
      after: {
        diagnoseTimeout: {
          target: 'choosing',
          actions: [{ type: 'noteNoDiagnosis', params: { message: 'No diagnosis came in time.' } }],
        },
      },
      on: recovery,
    },
    choosing: {
      entry: ['choose'],
      always: [
        { guard: 'isOtherNews', target: 'waiting', actions: [words.decideNext, words.pageReasonChanged, 'noteTold'] },
        { guard: 'isNews', target: 'waiting', actions: [words.decideNext, words.pageIncident, 'noteTold'] },
        { guard: 'hasRung', target: 'waiting', actions: [words.decideNext] },
        {
          guard: 'isNewQuarantine',
          target: 'quarantined',
          actions: [words.decideQuarantine, words.pageQuarantine, 'enterQuarantine'],
        },
        { target: 'quarantined', actions: ['enterQuarantine'] },
      ],
    },
    waiting: {
      after: {
        rungReady: [
          { guard: 'mustWait', target: 'waiting', reenter: true, actions: ['postpone'] },
          { guard: 'isClosed', target: 'choosing' },
          { guard: 'isEvidenceOld', target: 'diagnosing' },
          {
            guard: 'needsApproval',
            target: 'asking',
            actions: [
              'askApproval',
              words.decide((context) => ({
                what: `Approval is asked for: ${words.titleOf(context)}.`,
                because: 'The policy wants a person to agree to this rung.',
              })),
              words.pageApproval,
            ],
          },
          { target: 'claiming', actions: ['askClaim'] },
        ],
      },
      on: recovery,
    },
    asking: askingState,
    claiming: claimingState,
    acting: actingState,
    instructing: instructingState,
    /** A dry run: the time passes, nothing is done. */
    rehearsing: { after: { settled: 'diagnosing' }, on: recovery },
    settling: { after: { settled: { target: 'proving', actions: [release('done')] } }, on: recoveryWithClaim },
    proving: {
      entry: ['tellRequested'],
      after: {
        proofTimeout: [
          { guard: 'isProgressing', target: 'proving', reenter: true },
          {
            target: 'diagnosing',
            actions: [{ type: 'endTry', params: { how: 'failed', message: 'No proof came in time.' } }],
          },
        ],
      },
      on: {
        ...recovery,
        'synchronization.incomplete': unproven,
        'synchronization.stalled': unproven,
        'synchronization.interrupted': { guard: 'isExhausted', ...unproven },
        'plugin.lost': {
          target: 'diagnosing',
          actions: [{ type: 'endTry', params: ({ event }) => ({ how: 'failed', message: event.message }) }],
        },
      },
    },
    quarantined: {
      after: { slowProbe: { target: 'diagnosing', actions: ['resetAttempts'] } },
      on: {
        ...recovery,
        'connection.established': { target: 'diagnosing', actions: ['resetAttempts'] },
        'release.requested': { target: 'diagnosing', actions: ['resetAttempts'] },
      },
    },
  },
});

/** The ladder alone, to run, draw and test. */
export const escalationMachine = escalationSetup.createMachine({
  id: 'escalation@2',
  context: ({ input }) => newMemory(input),
  ...escalationRegion,
});

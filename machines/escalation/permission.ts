/** What stands between a rung and its remedy: the agreement of a person, and the word of the fleet. */

import type { Verdict } from '../foundation.ts';
import { servedSince } from './ladder.ts';
import { recovery, recoveryWithClaim, release } from './recovery.ts';
import { currentRung } from './rungs.ts';
import { escalationSetup } from './setup.ts';
import { decide, decideByPerson, decideVerdict, pageStep, sentenceBy, sentenceOf, titleOf } from './words.ts';

/** A person must agree first. */
export const askingState = escalationSetup.createStateConfig({
  after: {
    approvalExpires: {
      target: 'choosing',
      actions: [
        decide((context) => ({ what: `Passed over: ${titleOf(context)}.`, because: 'Nobody agreed in time.' })),
        { type: 'decline', params: { because: 'nobody agreed to it in time' } },
      ],
    },
  },
  on: {
    ...recovery,
    'approval.given': {
      guard: 'isAwaited',
      target: 'waiting',
      actions: ['noteApproval', decideByPerson('Approved')],
    },
    'approval.refused': {
      guard: 'isAwaited',
      target: 'choosing',
      actions: [
        decideByPerson('Passed over'),
        { type: 'decline', params: ({ event }) => ({ because: `declined: ${sentenceBy(event)}` }) },
      ],
    },
  },
});

const answered = ({ event }: { event: { output: Verdict } }) => ({ answer: event.output });
const is = (verdict: Verdict['verdict']) =>
  ({
    type: 'isVerdict',
    params: ({ event }: { event: { output: Verdict } }) => ({ answer: event.output, verdict }),
  }) as const;

const attempted = (how: 'served' | 'rehearsed') =>
  ({
    type: 'noteAttempt',
    params: ({ event }: { event: { output: Verdict } }) => ({ how, message: sentenceOf(event.output) }),
  }) as const;

const later = {
  type: 'postponeBy',
  params: ({ event: { output } }: { event: { output: Verdict } }) =>
    output.verdict === 'later'
      ? { reason: output.reason, ms: output.retryAfterMs }
      : { reason: { code: output.verdict, message: output.message }, ms: 0 },
} as const;

const givenBack = { target: 'waiting', actions: [release('given-up'), 'postpone'] } as const;

/** The fleet is asked: nobody else may be working on the same component, and no storm, brake or limit stand against it. */
export const claimingState = escalationSetup.createStateConfig({
  invoke: {
    id: 'claim',
    src: 'claim',
    input: ({ context }) => {
      const rung = currentRung(context);
      return {
        integration: context.id,
        claim: context.escalation.claim?.id ?? '',
        rung: rung?.id ?? '',
        remedy: rung?.remedy ?? '',
        // As long as it may be held: until the remedy has answered or was given up, and has settled.
        holdMs: (rung?.timeoutMs ?? 0) + (rung?.settleMs ?? 0),
        since: servedSince(context),
      };
    },
    onDone: [
      { guard: { type: 'isGrantedTooLate', params: answered }, ...givenBack },
      { guard: { type: 'isGrantedToPerson', params: answered }, target: 'instructing', actions: ['noteUse', pageStep] },
      { guard: { type: 'isGrantedToRun', params: answered }, target: 'proving', actions: ['noteUse'] },
      { guard: is('granted'), target: 'acting', actions: ['noteUse'] },
      { guard: is('served'), target: 'settling', actions: [attempted('served'), decideVerdict('Counts as done')] },
      {
        guard: is('rehearse'),
        target: 'rehearsing',
        actions: [attempted('rehearsed'), decideVerdict('Would have done')],
      },
      {
        guard: is('declined'),
        target: 'choosing',
        actions: [
          decideVerdict('Passed over'),
          { type: 'decline', params: ({ event }) => ({ because: sentenceOf(event.output) }) },
        ],
      },
      {
        guard: { type: 'isNewObstacle', params: answered },
        target: 'waiting',
        actions: [decideVerdict('Waits'), later],
      },
      { target: 'waiting', actions: [later] },
    ],
    onError: givenBack,
  },
  after: { claimTimeout: givenBack },
  on: recoveryWithClaim,
});

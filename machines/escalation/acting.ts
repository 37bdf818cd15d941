/** A rung is carried out: by a remedy, or by a person. */

import { reasonOf } from '../reason.ts';
import { recovery, release } from './recovery.ts';
import { currentRung } from './rungs.ts';
import { escalationSetup } from './setup.ts';
import { decide, decideByPerson, pageHangs, sentenceBy, titleOf } from './words.ts';

/** The remedy is under way. */
export const actingState = escalationSetup.createStateConfig({
  invoke: {
    id: 'remedy',
    src: 'remedy',
    input: ({ context }) => ({
      integration: context.id,
      rung: context.escalation.rung ?? '',
      remedy: currentRung(context)?.remedy ?? '',
      attempt: context.escalation.attempts[context.escalation.rung ?? ''] ?? 0,
    }),
    onDone: {
      target: 'settling',
      actions: [
        { type: 'endTry', params: ({ event }) => ({ how: 'done', message: event.output.message }) },
        {
          type: 'decide',
          params: ({ context, event }) => ({
            what: `Done: ${titleOf(context)}.`,
            because: event.output.message,
            evidence: { rung: context.escalation.rung, done: true },
          }),
        },
      ],
    },
    onError: {
      target: 'diagnosing',
      actions: [
        { type: 'endTry', params: ({ event }) => ({ how: 'failed', message: reasonOf(event.error).message }) },
        {
          type: 'decide',
          params: ({ context, event }) => ({
            what: `Failed: ${titleOf(context)}.`,
            because: reasonOf(event.error).message,
            evidence: { rung: context.escalation.rung, done: false },
          }),
        },
        release('failed'),
      ],
    },
  },
  after: {
    rungTimeout: {
      target: 'diagnosing',
      actions: [
        { type: 'endTry', params: { how: 'timed-out', message: 'It did not finish in its time.' } },
        decide((context) => ({ what: `Given up: ${titleOf(context)}.`, because: 'It did not finish in its time.' })),
        pageHangs,
        release('given-up'),
      ],
    },
  },
});

/** A person carries the rung out, and says so. */
export const instructingState = escalationSetup.createStateConfig({
  after: {
    rungTimeout: {
      target: 'diagnosing',
      actions: [
        { type: 'endTry', params: { how: 'timed-out', message: 'Nobody answered in time.' } },
        decide((context) => ({ what: `Given up: ${titleOf(context)}.`, because: 'Nobody answered in time.' })),
      ],
    },
  },
  on: {
    ...recovery,
    'step.answered': [
      {
        guard: 'isAwaitedAndDone',
        target: 'settling',
        actions: [
          { type: 'endTry', params: ({ event }) => ({ how: 'done', message: sentenceBy(event) }) },
          decideByPerson('Done'),
        ],
      },
      {
        guard: 'isAwaited',
        target: 'diagnosing',
        actions: [
          { type: 'endTry', params: ({ event }) => ({ how: 'failed', message: sentenceBy(event) }) },
          decideByPerson('Not done'),
        ],
      },
    ],
  },
});

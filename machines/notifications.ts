/**
 * Notifications: one durable instance for each supervisor. Facts come in as notices, the rules decide who is told, and
 * lanes deliver: each one message at a time, two never for the same channel. What waits is in the record, and so is what
 * was told: a restart forgets nothing and repeats nothing.
 */
import { assign, setup } from 'xstate';
import { z } from 'zod';
import { effect, timeOf } from './effect.ts';
import type { Reason } from './events.ts';
import type { Decision } from './foundation.ts';
import type { NotificationsMemory } from './notifications/memory.ts';
import { messageOf } from './notifications/message.ts';
import { type Message, noticeSchema } from './notifications/notice.ts';
import { noteDelivered, noteFailed } from './notifications/outbox.ts';
import { advance, nextDue } from './notifications/passing-time.ts';
import { type NotificationPolicy, notificationPolicySchema } from './notifications/policy.ts';
import { changePolicy, newNotifications, setStorm, takeNotice, takeTest } from './notifications/rules.ts';
import { asOf } from './notifications/set-back.ts';
import { nextEntry, takeEntry } from './notifications/turns.ts';
import { reasonOf } from './reason.ts';

/** Epoch milliseconds at which it was seen. */
const at = z.number().int();

export const notificationEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('notice.raised'), at, notice: noticeSchema }),
  z.strictObject({ type: z.literal('storm.began'), at }),
  z.strictObject({ type: z.literal('storm.ended'), at }),
  z.strictObject({ type: z.literal('policy.changed'), at, policy: notificationPolicySchema }),
  z.strictObject({ type: z.literal('channel.tested'), at, channel: z.string(), requestedBy: z.string() }),
]);
export type NotificationEvent = z.infer<typeof notificationEventSchema>;

/** What the executor of `deliver` answers. */
export type DeliveryAnswer =
  /** The receiver has it since then. `warning` is a sentence when only a part of the receivers has it. */
  | { readonly at: number; readonly warning?: string }
  /** The receiver asks for silence first. */
  | { readonly at: null; readonly retryAfterMs: number; readonly reason: Reason };

/** What the executor of `deliver` is given; null only when the record was written by hand. */
export type Delivery = { readonly channel: string; readonly message: Message };

type Rule = (memory: NotificationsMemory, event: NotificationEvent) => NotificationsMemory;

const base = setup({
  types: {
    context: {} as NotificationsMemory,
    events: {} as NotificationEvent,
    input: {} as { readonly policy: NotificationPolicy; readonly at: number },
  },
  actors: { deliver: effect<DeliveryAnswer, Delivery | null>('deliver') },
  actions: { decide: (_, _decision: Decision) => {} },
});

/** What follows from a change without any time passing. */
const settled = (memory: NotificationsMemory) => advance(memory, memory.now);

/** Every rule first lets the time of its event pass, and then settles what follows. */
const ruled = (rule: Rule) =>
  base.assign(({ context, event }) => settled(rule(advance(context, timeOf(event)), event as NotificationEvent)));

type Of<Type extends NotificationEvent['type']> = Extract<NotificationEvent, { type: Type }>;

const notificationsSetup = base.extend({
  actions: {
    takeNotice: ruled((memory, event) => takeNotice(memory, (event as Of<'notice.raised'>).notice)),
    beginStorm: ruled((memory) => setStorm(memory, true)),
    endStorm: ruled((memory) => setStorm(memory, false)),
    changePolicy: ruled((memory, event) => changePolicy(memory, (event as Of<'policy.changed'>).policy)),
    takeTest: ruled((memory, event) => takeTest(memory, (event as Of<'channel.tested'>).channel)),
    /** A clock that was set back must not make the timer ring for nothing: its time has come when it rings. */
    wake: base.assign(({ context, event }) => {
      const memory = asOf(context, timeOf(event));
      return { ...advance(memory, Math.max(timeOf(event), memory.armedFor ?? 0)), armedFor: null };
    }),
    arm: base.assign(({ context }) => ({ armedFor: nextDue(context) })),
    disarm: base.assign({ armedFor: null }),
    take: assign(({ context }, { lane }: { lane: number }) => takeEntry(context, lane)),
    noteAnswer: assign(({ context, event }, { lane, answer }: { lane: number; answer: DeliveryAnswer }) => {
      const memory = advance(context, timeOf(event));
      return settled(
        answer.at === null ? noteFailed(memory, lane, answer) : noteDelivered(memory, lane, answer.warning),
      );
    }),
    noteFailure: assign(({ context, event }, { lane, reason }: { lane: number; reason: Reason }) =>
      settled(noteFailed(advance(context, timeOf(event)), lane, { reason })),
    ),
    /** Records what the rules decided in this step. */
    tell: base.enqueueActions(({ context, enqueue }) => {
      for (const decision of context.decisions) enqueue({ type: 'decide', params: decision });
      if (context.decisions.length > 0) enqueue.assign({ decisions: [] });
    }),
  },
  guards: {
    hasNext: ({ context }, { lane }: { lane: number }) => nextEntry(context, lane) !== null,
    hasDue: ({ context }) => nextDue(context) !== null,
    isDueMoved: ({ context }) => nextDue(context) !== context.armedFor,
  },
  delays: {
    due: ({ context }) => Math.max(0, (context.armedFor ?? context.now) - context.now),
    deliveryTimeout: ({ context }) => context.policy.deliveryTimeoutMs,
  },
});

/** One worker of the outbox. */
function laneOf(lane: number) {
  return notificationsSetup.createStateConfig({
    initial: 'free',
    states: {
      free: {
        always: {
          guard: { type: 'hasNext', params: { lane } },
          target: 'delivering',
          actions: [{ type: 'take', params: { lane } }],
        },
      },
      delivering: {
        invoke: {
          id: `lane-${lane}`,
          src: 'deliver',
          input: ({ context }) => messageOf(context, lane),
          onDone: {
            target: 'free',
            actions: [{ type: 'noteAnswer', params: ({ event }) => ({ lane, answer: event.output }) }, 'tell'],
          },
          onError: {
            target: 'free',
            actions: [
              { type: 'noteFailure', params: ({ event }) => ({ lane, reason: reasonOf(event.error) }) },
              'tell',
            ],
          },
        },
        after: {
          deliveryTimeout: {
            target: 'free',
            actions: [{ type: 'noteFailure', params: { lane, reason: noAnswer } }, 'tell'],
          },
        },
      },
    },
  });
}

const noAnswer: Reason = { code: 'SW_TIMEOUT', message: 'The delivery did not end in time.' };

/** So many channels are served at the same time; further ones take turns. */
const lanes = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** The one timer: for whatever falls due first. */
const clock = notificationsSetup.createStateConfig({
  initial: 'asleep',
  states: {
    asleep: { always: { guard: 'hasDue', target: 'armed', actions: ['arm'] } },
    armed: {
      always: { guard: 'isDueMoved', target: 'asleep', actions: ['disarm'] },
      after: { due: { target: 'asleep', actions: ['wake', 'tell'] } },
    },
  },
});

export const notificationsMachine = notificationsSetup.createMachine({
  id: 'notifications@1',
  context: ({ input }) => newNotifications(input.policy, input.at),
  type: 'parallel',
  on: {
    'notice.raised': { actions: ['takeNotice', 'tell'] },
    'storm.began': { actions: ['beginStorm', 'tell'] },
    'storm.ended': { actions: ['endStorm', 'tell'] },
    'policy.changed': { actions: ['changePolicy', 'tell'] },
    'channel.tested': { actions: ['takeTest', 'tell'] },
  },
  states: { clock, ...Object.fromEntries(lanes.map((lane) => [`lane-${lane}`, laneOf(lane)])) },
});

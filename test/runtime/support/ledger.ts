/**
 * A machine that keeps books on itself, so that a lost, doubled or half-taken step shows in its own context.
 *
 * Three things go on side by side: credits that are sent to it, jobs that it has done outside, and an alarm that rings.
 */
import { assign, fromPromise, setup } from 'xstate';
import { z } from 'zod';

const at = z.number();

export const ledgerEvents = z.discriminatedUnion('type', [
  z.object({ type: z.literal('credited'), at, id: z.number() }),
  z.object({ type: z.literal('job.requested'), at }),
  z.object({ type: z.literal('job.cancelled'), at }),
  z.object({ type: z.literal('alarm.set'), at }),
  z.object({ type: z.literal('alarm.cleared'), at }),
]);

export interface LedgerContext {
  /** Tells this instance from every other, also from one that had its key before. */
  readonly name: string;
  readonly credits: readonly number[];
  /** Counted by another action than {@link credits}: a step that is half there would let them differ. */
  readonly total: number;
  /** Jobs begun so far; their numbers are 1 to this. */
  readonly begun: number;
  /** How each job ended: with the number that the outcome names, and the number that was waited for. */
  readonly ended: readonly { readonly job: number; readonly waitedFor: number; readonly how: HowItEnded }[];
  /** Milliseconds until an alarm rings. */
  readonly alarmMs: number;
  /** Alarms set so far. */
  readonly set: number;
  readonly setAt: number;
  readonly rang: readonly { readonly alarm: number; readonly afterMs: number }[];
  readonly cleared: number;
  /** How often it was taken to the next release. */
  readonly migrations: number;
}

export type HowItEnded = 'done' | 'failed' | 'cancelled';

/** `name` and `job` are in one text, so that it can be looked for in the bytes of a disk. */
export interface Job {
  readonly job: string;
}

export const jobName = (name: string, job: number) => `<${name}/${job}>`;

const base = setup({
  types: {
    context: {} as LedgerContext,
    events: {} as z.infer<typeof ledgerEvents>,
    input: {} as { readonly name: string; readonly alarmMs: number },
  },
  actors: { work: fromPromise<number, Job>(() => Promise.reject(new Error('It runs outside.'))) },
  actions: {
    tell: (_, _params: { readonly job: string }) => {},
    credit: assign(({ context }, { id }: { readonly id: number }) => ({ credits: [...context.credits, id] })),
    count: assign(({ context }) => ({ total: context.total + 1 })),
    begin: assign(({ context }) => ({ begun: context.begun + 1 })),
    end: assign(({ context }, { job, how }: { readonly job: number; readonly how: HowItEnded }) => ({
      ended: [...context.ended, { job, waitedFor: context.begun, how }],
    })),
    set: assign(({ context }, { at }: { readonly at: number }) => ({ set: context.set + 1, setAt: at })),
    ring: assign(({ context }, { at }: { readonly at: number }) => ({
      rang: [...context.rang, { alarm: context.set, afterMs: at - context.setAt }],
    })),
    clear: assign(({ context }) => ({ cleared: context.cleared + 1 })),
  },
  delays: { alarm: ({ context }) => context.alarmMs },
});

/** A release of the ledger. They differ in nothing but their id, and in how often an instance was migrated to get there. */
export function ledgerOf(release: number) {
  return base.createMachine({
    id: `ledger@${release}`,
    context: ({ input }) => ({
      name: input.name,
      alarmMs: input.alarmMs,
      credits: [],
      total: 0,
      begun: 0,
      ended: [],
      set: 0,
      setAt: 0,
      rang: [],
      cleared: 0,
      migrations: 0,
    }),
    type: 'parallel',
    on: { credited: { actions: [{ type: 'credit', params: ({ event }) => ({ id: event.id }) }, 'count'] } },
    states: {
      jobs: {
        initial: 'idle',
        states: {
          idle: { on: { 'job.requested': 'busy' } },
          busy: {
            entry: 'begin',
            invoke: {
              id: 'work',
              src: 'work',
              input: ({ context }) => ({ job: jobName(context.name, context.begun) }),
              onDone: {
                target: 'idle',
                actions: [
                  { type: 'end', params: ({ event }) => ({ job: event.output, how: 'done' }) },
                  { type: 'tell', params: ({ context, event }) => ({ job: jobName(context.name, event.output) }) },
                ],
              },
              onError: {
                target: 'idle',
                actions: { type: 'end', params: ({ context }) => ({ job: context.begun, how: 'failed' }) },
              },
            },
            on: {
              'job.cancelled': {
                target: 'idle',
                actions: { type: 'end', params: ({ context }) => ({ job: context.begun, how: 'cancelled' }) },
              },
            },
          },
        },
      },
      alarm: {
        initial: 'quiet',
        states: {
          quiet: { on: { 'alarm.set': 'armed' } },
          armed: {
            entry: { type: 'set', params: ({ event }) => ({ at: event.at }) },
            on: { 'alarm.cleared': { target: 'quiet', actions: 'clear' } },
            after: { alarm: { target: 'quiet', actions: { type: 'ring', params: ({ event }) => ({ at: event.at }) } } },
          },
        },
      },
    },
  });
}

export const ledger = ledgerOf(1);

/** An order: the machine by which the contract of the runtime is tested, with every kind of effect and little else. */
import { assign, fromPromise, setup } from 'xstate';
import { z } from 'zod';

export const orderEvents = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ordered'), at: z.number() }),
  z.object({ type: z.literal('progressed'), at: z.number(), percent: z.number() }),
  z.object({ type: z.literal('counted'), at: z.number(), n: z.number() }),
  z.object({ type: z.literal('shipped'), at: z.number() }),
]);

export interface OrderContext {
  readonly item: string;
  readonly receipt: string | null;
  readonly percent: number;
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** What `counted` brought, in the order in which it was taken. */
  readonly counts: readonly number[];
}

export interface Payment {
  readonly item: string;
}

/** Nothing runs inside the machine: the logic only gives the types. */
const outside = fromPromise<string, Payment>(() => Promise.reject(new Error('It runs outside.')));

const base = setup({
  types: {
    context: {} as OrderContext,
    events: {} as z.infer<typeof orderEvents>,
    input: {} as { readonly item: string },
    tags: {} as 'busy',
  },
  actors: { pay: outside },
  actions: {
    notify: (_, _params: { readonly text: string }) => {},
    noteReceipt: assign((_, { receipt }: { readonly receipt: string }) => ({ receipt })),
    noteRefusal: assign((_, { refusal }: { readonly refusal: OrderContext['refusal'] }) => ({ refusal })),
    notePercent: assign((_, { percent }: { readonly percent: number }) => ({ percent })),
    noteCount: assign(({ context }, { n }: { readonly n: number }) => ({ counts: [...context.counts, n] })),
  },
  delays: { patience: 10_000 },
});

const start = ({ input }: { readonly input: { readonly item: string } }): OrderContext => ({
  item: input.item,
  receipt: null,
  percent: 0,
  refusal: null,
  counts: [],
});

export const order = base.createMachine({
  id: 'order@1',
  context: start,
  initial: 'open',
  on: { counted: { actions: { type: 'noteCount', params: ({ event }) => ({ n: event.n }) } } },
  states: {
    open: { on: { ordered: 'paying' } },
    paying: {
      initial: 'charging',
      on: { shipped: 'ended' },
      after: { patience: 'late' },
      states: {
        charging: {
          tags: ['busy'],
          invoke: {
            id: 'payment',
            src: 'pay',
            input: ({ context }) => ({ item: context.item }),
            onDone: {
              target: '#order@1.paid',
              actions: { type: 'noteReceipt', params: ({ event }) => ({ receipt: event.output }) },
            },
            onError: {
              target: '#order@1.refused',
              // What an executor throws reaches the machine as a code and a message.
              actions: {
                type: 'noteRefusal',
                params: ({ event }) => ({ refusal: event.error as OrderContext['refusal'] }),
              },
            },
          },
          on: {
            progressed: { actions: { type: 'notePercent', params: ({ event }) => ({ percent: event.percent }) } },
          },
        },
      },
    },
    paid: {
      entry: { type: 'notify', params: ({ context }) => ({ text: `${context.item} is paid` }) },
      on: { ordered: 'paying', shipped: 'ended' },
    },
    refused: { on: { ordered: 'paying' } },
    late: { on: { ordered: 'paying' } },
    ended: { type: 'final' },
  },
});

/** The next release: `open` is called `waiting`, and paying for the item can be repeated a day later by itself. */
export const order2 = base.createMachine({
  id: 'order@2',
  context: start,
  initial: 'waiting',
  on: { counted: { actions: { type: 'noteCount', params: ({ event }) => ({ n: event.n }) } } },
  states: {
    waiting: { on: { ordered: 'paying' }, after: { patience: 'late' } },
    paying: {
      invoke: {
        id: 'payment',
        src: 'pay',
        input: ({ context }) => ({ item: context.item }),
        onDone: {
          target: 'paid',
          actions: { type: 'noteReceipt', params: ({ event }) => ({ receipt: event.output }) },
        },
        onError: 'refused',
      },
      after: { patience: 'late' },
    },
    paid: {
      entry: { type: 'notify', params: ({ context }) => ({ text: `${context.item} is paid` }) },
      on: { ordered: 'paying' },
    },
    refused: { on: { ordered: 'paying' } },
    late: { on: { ordered: 'paying' } },
  },
});

/** Three delays at once, so that each can have a policy of its own. */
export const timekeeper = setup({
  types: { events: {} as { readonly type: 'touched' | 'wound'; readonly at: number } },
  delays: { deadline: 10_000, remaining: 10_000, restart: 10_000 },
}).createMachine({
  id: 'timekeeper@1',
  type: 'parallel',
  states: {
    byDeadline: { initial: 'waits', states: { waits: { after: { deadline: 'fired' } }, fired: {} } },
    byRemaining: {
      initial: 'waits',
      states: { waits: { after: { remaining: 'fired' } }, fired: {} },
      on: { wound: '.waits' },
    },
    byRestart: { initial: 'waits', states: { waits: { after: { restart: 'fired' } }, fired: {} } },
  },
});

/** The policy of each of its delays. */
export const policies = { deadline: 'deadline', remaining: 'remaining', restart: 'restart' } as const;

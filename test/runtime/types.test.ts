/** What the compiler knows of a machine through the public entry; wrong uses are errors that must stay errors. */
import { expect, expectTypeOf, test } from 'vitest';
import { assign, setup } from 'xstate';
import { createMemoryStore, createRuntime, effect, type Work } from '../../src/runtime/index.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const parcel = setup({
  types: {
    context: {} as { weight: number; label: string | null },
    input: {} as { weight: number; at: number },
    events: {} as { type: 'handed.in'; at: number; desk: string } | { type: 'lost' },
  },
  actors: { print: effect<{ label: string }, { grams: number }>('print') },
  actions: {
    notify: (_, _params: { text: string }) => {},
    keepLabel: assign((_, { label }: { label: string }) => ({ label })),
  },
}).createMachine({
  id: 'parcel@1',
  context: ({ input }) => ({ weight: input.weight, label: null }),
  initial: 'expected',
  states: {
    expected: { on: { 'handed.in': 'labelling', lost: 'gone' } },
    labelling: {
      invoke: {
        id: 'printing',
        src: 'print',
        input: ({ context }) => ({ grams: context.weight }),
        onDone: { target: 'ready', actions: [{ type: 'keepLabel', params: ({ event }) => event.output }] },
        onError: 'gone',
      },
    },
    ready: { tags: 'here', entry: [{ type: 'notify', params: { text: 'ready' } }] },
    gone: { type: 'final' },
  },
});

test('executors, events, input and snapshots are typed by setup()', async () => {
  const told: string[] = [];
  const runtime = await createRuntime({
    machines: [parcel],
    executors: {
      print: async (work) => {
        expectTypeOf(work).toEqualTypeOf<Work<{ grams: number }>>();
        return { label: `${work.input.grams} g` };
      },
    },
    actions: { notify: async ({ params }) => void told.push(params.text) },
    store: createMemoryStore(),
    clock: new VirtualClock(),
  });

  await runtime.start(parcel, 'p-1', { weight: 70 });
  await runtime.send('p-1', { type: 'handed.in', desk: 'north' });
  const ready = await runtime.waitFor('p-1', { tag: 'here' });

  expectTypeOf(ready.context.label).toEqualTypeOf<string | null>();
  expect(ready.context.label).toBe('70 g');
  await runtime.close();
});

test('wrong uses do not compile', () => {
  type Options = Parameters<typeof createRuntime<typeof parcel>>[0];
  // @ts-expect-error the executor is missing
  const _executors: Options['executors'] = {};
  // @ts-expect-error the output lacks its label
  const _output: Options['executors'] = { print: async () => ({}) };
  type Runtime = Awaited<ReturnType<typeof createRuntime<typeof parcel>>>;
  type Event = Parameters<Runtime['send']>[1];
  // @ts-expect-error there is no such event
  const _event: Event = { type: 'stolen' };
  // @ts-expect-error the desk is missing
  const _members: Event = { type: 'handed.in' };
  expect([_executors, _output, _event, _members]).toHaveLength(4);
});

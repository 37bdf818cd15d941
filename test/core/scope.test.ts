/**
 * The contract with XState ~5.33: the shapes of the actions that the step takes apart. When an update breaks one of
 * these, the step must be changed with it (decision 0002).
 */
import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { assign, cancel, fromPromise, raise, setup } from 'xstate';
import { captureScope } from '../../src/core/scope.ts';

const machine = setup({
  types: { events: {} as { type: 'go' } | { type: 'back' } | { type: 'now' }, context: {} as { n: number } },
  actors: { work: fromPromise<string, { n: number }>(() => Promise.resolve('done')) },
  actions: { shout: (_, _params: { text: string }) => {}, count: assign({ n: ({ context }) => context.n + 1 }) },
  delays: { soon: 800 },
}).createMachine({
  id: 'contract@1',
  context: { n: 0 },
  initial: 'idle',
  states: {
    idle: { after: { soon: 'busy' }, on: { go: 'busy', now: { actions: [raise({ type: 'go' })] } } },
    busy: {
      entry: [
        { type: 'shout', params: { text: 'hello' } },
        'count',
        raise({ type: 'back' }, { id: 'later', delay: 5 }),
      ],
      exit: [cancel('later')],
      invoke: { id: 'job', src: 'work', input: ({ context }) => ({ n: context.n }), onDone: 'idle' },
      on: { back: 'idle' },
    },
  },
});

function take(snapshot: AnyMachineSnapshot, type: string) {
  const { scope, capture } = captureScope('x', machine);
  return { next: machine.transition(snapshot as never, { type } as never, scope) as AnyMachineSnapshot, capture };
}

function start() {
  const { scope, capture } = captureScope('x', machine);
  return { snapshot: machine.getInitialSnapshot(scope) as AnyMachineSnapshot, capture };
}

describe('what a transition hands to the scope', () => {
  test('a delay is a raise with id, delay and event', () => {
    const { capture } = start();

    expect(capture.actions).toEqual([
      {
        type: 'xstate.raise',
        named: true,
        params: {
          event: { type: 'xstate.after.soon.contract@1.idle' },
          id: 'xstate.after.soon.contract@1.idle',
          delay: 800,
        },
      },
    ]);
  });

  test('leaving cancels the delay, entering runs actions in document order and starts the invoke', () => {
    const { capture } = take(start().snapshot, 'go');

    expect(capture.actions.map(({ type }) => type)).toEqual([
      'xstate.cancel',
      'shout',
      'xstate.raise',
      'xstate.spawnChild',
    ]);
    expect(capture.actions[0]?.params).toEqual({ sendId: 'xstate.after.soon.contract@1.idle' });
    expect(capture.actions[1]?.params).toEqual({ text: 'hello' });
    expect(capture.actions.at(-1)?.params).toMatchObject({ id: 'job', src: 'work', input: { n: 1 } });
  });

  test('stopping a child names it by the reference that the snapshot holds', () => {
    const busy = take(start().snapshot, 'go').next;
    const { capture } = take(busy, 'back');

    const stop = capture.actions.find(({ type }) => type === 'xstate.stopChild');
    expect(stop?.params).toMatchObject({ id: 'job' });
  });

  test('an immediate raise is taken inside and comes without a delay', () => {
    const { next, capture } = take(start().snapshot, 'now');

    expect(next.value).toBe('busy');
    const raised = capture.actions.find(({ type }) => type === 'xstate.raise');
    expect(raised?.params).toMatchObject({ delay: undefined });
  });

  test('the edges taken are told', () => {
    const { capture } = take(start().snapshot, 'go');

    expect(capture.transitions.map(({ source, eventType }) => `${source.id} ${eventType}`)).toEqual([
      'contract@1.idle go',
    ]);
  });
});

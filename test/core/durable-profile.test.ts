/** Everything that XState would lose silently in a durable run is refused, with what to write instead. */
import { describe, expect, test } from 'vitest';
import {
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  forwardTo,
  fromCallback,
  fromObservable,
  fromPromise,
  fromTransition,
  log,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
} from 'xstate';
import { effect } from '../../machines/effect.ts';
import { checkDurable } from '../../src/core/durable-profile.ts';
import { begin, step } from '../../src/core/step.ts';

const pay = effect<null, null>('pay');

/** A machine of one state with these members; most of them break the types of `setup`, as plain JavaScript may. */
function machineOf(config: object, given: object = {}): AnyStateMachine {
  const { createMachine: create } = setup({ actors: { pay }, delays: { soon: 1_000 }, ...given });
  return create({ id: 'order@1', ...config } as never) as unknown as AnyStateMachine;
}

const refusal = (machine: AnyStateMachine): string => {
  try {
    checkDurable(machine);
  } catch (error) {
    expect(error).toMatchObject({ code: 'SW_MACHINE_NOT_DURABLE' });
    return (error as Error).message;
  }
  return 'accepted';
};

const inline = () => {};

describe('refused is', () => {
  test.each<readonly [what: string, machine: AnyStateMachine, sentence: string]>([
    ['an id without a version', setup({}).createMachine({ id: 'order' }), 'an id that carries its version'],
    [
      'an invoke of an inline actor',
      machineOf({ invoke: { id: 'p', src: fromPromise(async () => 1) } }),
      'a named actor in "order@1"',
    ],
    ['an invoke without an id', machineOf({ invoke: { src: 'pay' } }), 'an id for the invoke of "pay"'],
    ['an invoke of an unknown actor', machineOf({ invoke: { id: 'p', src: 'nope' } }), 'the actor "nope"'],
    ['an onSnapshot', machineOf({ invoke: { id: 'p', src: 'pay', onSnapshot: {} } }), 'an onSnapshot'],
    [
      'a machine as a child',
      machineOf({ invoke: { id: 'p', src: 'child' } }, { actors: { child: createMachine({}) } }),
      'an instance of its own',
    ],
    [
      'a callback',
      machineOf({ invoke: { id: 'p', src: 'cb' } }, { actors: { cb: fromCallback(inline) } }),
      '"cb" of "order@1" to be an effect that answers once',
    ],
    [
      'an observable',
      machineOf(
        { invoke: { id: 'p', src: 'ob' } },
        { actors: { ob: fromObservable(() => ({ subscribe: inline }) as never) } },
      ),
      'an executor that reports events',
    ],
    [
      'a transition function',
      machineOf({ invoke: { id: 'p', src: 'tr' } }, { actors: { tr: fromTransition((state) => state, 0) } }),
      'another kind of actor',
    ],
    ['an inline action on entry', machineOf({ entry: inline }), 'Name it in setup({ actions })'],
    ['an inline action on exit', machineOf({ exit: inline }), 'an inline function'],
    ['an inline action of a transition', machineOf({ on: { go: { actions: inline } } }), 'an inline function'],
    [
      'an inline action of an eventless transition',
      machineOf({ initial: 'a', states: { a: { always: { target: 'b', actions: inline } }, b: {} } }),
      'named actions in "order@1.a"',
    ],
    [
      'an inline action of the initial transition',
      machineOf({ initial: { target: 'a', actions: inline }, states: { a: {} } }),
      'an inline function',
    ],
    [
      'an inline action when an invoke is done',
      machineOf({ invoke: { id: 'p', src: 'pay', onDone: { actions: inline } } }),
      'an inline function',
    ],
    [
      'an inline action when an invoke fails',
      machineOf({ invoke: { id: 'p', src: 'pay', onError: { actions: inline } } }),
      'an inline function',
    ],
    ['an inline action of a delay', machineOf({ after: { soon: { actions: inline } } }), 'an inline function'],
    [
      'a delay that is a number',
      machineOf({ initial: 'a', states: { a: { after: { 100: 'b' } }, b: {} } }),
      'found the delay 100',
    ],
    [
      'a delay that setup does not know',
      machineOf({ initial: 'a', states: { a: { after: { later: 'b' } }, b: {} } }),
      'the delay "later"',
    ],
    [
      'a delayed raise in place',
      machineOf({ entry: raise({ type: 'x' }, { id: 'x', delay: () => 5 }) }),
      'named delays in "order@1"',
    ],
    [
      'a delayed raise without an id',
      machineOf({ entry: raise({ type: 'x' }, { delay: 'soon' } as never) }),
      'an id for the delayed raise',
    ],
    [
      'a delayed raise under a name',
      machineOf({ entry: 'later' }, { actions: { later: raise({ type: 'x' }, { delay: 5 }) } }),
      'the delay 5',
    ],
    ['sendTo', machineOf({ entry: sendTo('pay', { type: 'x' }) }), 'children and parents do not live here'],
    ['sendParent', machineOf({ entry: sendParent({ type: 'x' }) }), 'children and parents do not live here'],
    ['forwardTo', machineOf({ on: { x: { actions: forwardTo('pay') } } }), 'children and parents do not live here'],
    ['emit', machineOf({ entry: emit({ type: 'x' }) }), 'nobody could listen'],
    ['log', machineOf({ entry: log('hello') }), 'it would go nowhere'],
    [
      'spawnChild of an inline actor',
      machineOf({
        entry: spawnChild(
          fromPromise(async () => 1),
          { id: 'p' },
        ),
      }),
      'a named actor for spawnChild',
    ],
    [
      'spawnChild without an id',
      machineOf({ entry: spawnChild('pay' as never) }),
      'a fixed id for spawnChild of "pay"',
    ],
    ['stopChild of a child found in place', machineOf({ entry: stopChild(() => 'p') }), 'stopChild of a fixed id'],
    ['a handler of an event that is reserved', machineOf({ on: { 'xstate.stop': {} } }), 'a handler of "xstate.stop"'],
    [
      'one id for two invokes of one state',
      machineOf({
        invoke: [
          { id: 'p', src: 'pay' },
          { id: 'p', src: 'pay' },
        ],
      }),
      'an id of its own for each invoke',
    ],
    [
      'one id for invokes of a state and of one in it',
      machineOf({ invoke: { id: 'p', src: 'pay' }, initial: 'a', states: { a: { invoke: { id: 'p', src: 'pay' } } } }),
      '"p" in "order@1" and in "order@1.a"',
    ],
    [
      'one id for invokes of two regions',
      machineOf({
        type: 'parallel',
        states: { a: { invoke: { id: 'p', src: 'pay' } }, b: { invoke: { id: 'p', src: 'pay' } } },
      }),
      '"p" in "order@1.a" and in "order@1.b"',
    ],
  ])('%s', (_, machine, sentence) => {
    expect(refusal(machine)).toContain(sentence);
  });
});

describe('accepted is', () => {
  const everything = machineOf(
    {
      context: { count: 0 },
      initial: 'a',
      entry: [
        assign({ count: 1 }),
        raise({ type: 'x' }),
        raise({ type: 'y' }, { id: 'y', delay: 'soon' as never }),
        'page',
        'again',
      ],
      exit: [cancel('y'), { type: 'page', params: { who: 'someone' } }],
      on: { '*': {}, 'xstate.done.actor.q': {} },
      states: {
        a: {
          entry: [spawnChild('pay', { id: 'q' }), enqueueActions(({ enqueue }) => enqueue('page'))],
          exit: stopChild('q'),
          invoke: { id: 'p', src: 'pay', onDone: 'b', onError: 'b' },
          always: { guard: () => false, target: 'b' },
          after: { soon: { target: 'b', reenter: true } },
        },
        b: { invoke: { id: 'p', src: 'pay' }, initial: 'c', states: { c: {}, h: { type: 'history' } } },
      },
    },
    { actions: { page: inline, again: raise({ type: 'z' }, { id: 'z', delay: 'soon' as never }) } },
  );

  test('what a record can hold, and it is said what the machine needs', () => {
    const needs = checkDurable(everything);

    expect([...needs.effects]).toEqual(['pay']);
    expect([...needs.actions]).toEqual(['page']);
    expect(Object.fromEntries(needs.delays)).toEqual({
      y: 'soon',
      z: 'soon',
      'xstate.after.soon.order@1.a': 'soon',
    });
  });

  test('and it runs: what it starts and sets is in the record', () => {
    const { instance } = begin(everything, { key: 'o-1', input: null, at: 0 });

    expect(Object.keys(instance.record.executions).sort()).toEqual(['p', 'q']);
    expect(Object.keys(instance.record.timers).sort()).toEqual(['xstate.after.soon.order@1.a', 'y', 'z']);
    expect(Object.values(instance.record.actions).map(({ type }) => type)).toEqual(['page', 'page']);
  });
});

describe('what only shows while it runs ends the instance, with a sentence', () => {
  /** What an event does that adds something at run time. */
  function failureOf(machine: AnyStateMachine) {
    checkDurable(machine);
    const { instance } = begin(machine, { key: 'o-1', input: null, at: 0 });
    const result = step(machine, instance, { kind: 'event', event: { type: 'go', at: 1 } });
    return result.kind === 'stepped' ? result.instance.record.snapshot : result;
  }
  const going = (actions: unknown) => machineOf({ context: {}, on: { go: { actions } } });

  test.each<readonly [what: string, machine: AnyStateMachine, sentence: string]>([
    [
      'an inline action that is enqueued',
      going(enqueueActions(({ enqueue }) => enqueue(inline))),
      'An inline action would be lost',
    ],
    [
      'an emit that is enqueued',
      going(enqueueActions(({ enqueue }) => enqueue.emit({ type: 'x' } as never))),
      'xstate.emit would be lost',
    ],
    [
      'a sendTo that is enqueued',
      going(enqueueActions(({ enqueue }) => enqueue.sendTo('p', { type: 'x' }))),
      'Unable to send event',
    ],
    [
      'an actor that is kept in the context',
      going(assign(({ spawn }) => ({ child: spawn('pay' as never, { id: 'c' } as never) }))),
      'expected JSON',
    ],
    [
      'a date in the context',
      going(assign({ since: () => new Date(0) } as never)),
      'context.since: expected JSON, found a Date',
    ],
  ])('%s', (_, machine, sentence) => {
    expect(failureOf(machine)).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining(sentence) },
    });
  });
});

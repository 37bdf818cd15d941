/** What the compiler knows of a machine from its `setup()`: its events, input, snapshot, effects and actions. */
import type {
  AnyStateMachine,
  EventFromLogic,
  InputFrom,
  OutputFrom,
  ParameterizedObject,
  SnapshotFrom,
  StateMachine,
} from 'xstate';
import type { ActionExecutor, Executor, RunEffect } from './executor.ts';

/** Distributes over a union of events: each may come without its time, which the runtime then adds. */
type WithoutTime<Event> = Event extends { readonly at: number } ? Omit<Event, 'at'> & { readonly at?: number } : Event;

/** What may be sent to an instance of the machine. */
export type EventOf<Machine extends AnyStateMachine> = WithoutTime<EventFromLogic<Machine>>;

/** The state of an instance of the machine, as XState shows it. */
export type SnapshotOf<Machine extends AnyStateMachine> = SnapshotFrom<Machine>;

/** The input of the machine; optional where the machine takes none. `at` is added by the runtime. */
export type InputOf<Machine extends AnyStateMachine> = Omit<NonNullable<InputFrom<Machine>>, 'at'>;

/** The arguments of `start` after the key. */
export type InputArguments<Machine extends AnyStateMachine> =
  Record<never, never> extends NonNullable<InputFrom<Machine>>
    ? [input?: InputFrom<Machine>]
    : NonNullable<InputFrom<Machine>> extends object
      ? [input: InputOf<Machine>]
      : [input: InputFrom<Machine>];

// XState's machine type has fifteen parameters, bound to each other: inferring them all fails for machines that were put
// together from parts, so the thirteen that are not asked for are left open.
// biome-ignore-start lint/suspicious/noExplicitAny: only `any` leaves a bound parameter open
/** The actors and actions that a machine's `setup()` names; a union over several machines. */
type NamedIn<Machine> =
  Machine extends StateMachine<
    any,
    any,
    any,
    infer Actor,
    infer Action,
    any,
    any,
    any,
    any,
    any,
    any,
    any,
    any,
    any,
    any
  >
    ? { readonly actor: Actor; readonly action: Action }
    : never;
// biome-ignore-end lint/suspicious/noExplicitAny: see above

type ActorIn<Machine> = NamedIn<Machine>['actor'];

/** An executor for every effect that the machines name, with the input and output that `setup()` declares for it. */
export type ExecutorsFor<Machine> = {
  readonly [Actor in ActorIn<Machine> as Actor['src']]:
    | Executor<InputFrom<Actor['logic']>, OutputFrom<Actor['logic']>>
    | RunEffect<InputFrom<Actor['logic']>, OutputFrom<Actor['logic']>>;
};

/**
 * An executor for every action that is carried out outside. Which of the actions in `setup()` are XState's own (assign,
 * raise, ...) the types do not tell; a missing one is refused when the machine is registered.
 */
export type ActionsFor<Machine> = {
  readonly [Action in NamedIn<Machine>['action'] as Action['type']]?: ActionExecutor<ParamsOf<Action>>;
};

type ParamsOf<Action extends ParameterizedObject> = Action['params'];

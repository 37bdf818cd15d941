/**
 * The scope in which a machine's transition is computed: it captures what XState would have done, and does nothing.
 *
 * `transition()` of XState builds a throw-away actor for each call (2.6 times slower) and loses the edges taken;
 * calling `machine.transition` with a scope of our own avoids both. It touches members of the actor system that XState
 * marks internal, hence the pin `~5.33` and `test/core/scope.test.ts` (decision 0002).
 */
import type { AnyActorRef, AnyActorScope, AnyStateMachine, AnyTransitionDefinition } from 'xstate';

/** One action as XState hands it to the executor of a scope. */
export interface CapturedAction {
  readonly type: string;
  readonly params: unknown;
  /** False for a function written inline: it has no name to find it by after a restart. */
  readonly named: boolean;
}

export interface Capture {
  readonly actions: CapturedAction[];
  readonly transitions: AnyTransitionDefinition[];
}

const nothing = () => {};
let id = '';
let sessions = 0;
let implementations: { readonly [name: string]: unknown } = {};
let capture: Capture = { actions: [], transitions: [] };

// Every member that 5.33 reads. There is one scope for all: a step is over before the next one begins, and building
// these closures anew cost a third of it.
const system = {
  _bookId: () => `${id}:${sessions++}`,
  _register: () => id,
  _unregister: nothing,
  _set: nothing,
  _relay: nothing,
  _sendInspectionEvent: (event: { type: string; _transitions?: readonly AnyTransitionDefinition[] }) => {
    if (event.type === '@xstate.microstep' && event._transitions) capture.transitions.push(...event._transitions);
  },
  _clock: { setTimeout: nothing, clearTimeout: nothing },
  _logger: nothing,
  _snapshot: { _scheduledEvents: {} },
  get: nothing,
  getAll: () => ({}),
  inspect: () => ({ unsubscribe: nothing }),
  getSnapshot: () => ({ _scheduledEvents: {} }),
  scheduler: { schedule: nothing, cancel: nothing, cancelAll: nothing },
  start: nothing,
};
const self = { id, sessionId: id, system, send: nothing, _parent: undefined };
const scope = {
  self,
  id,
  sessionId: id,
  logger: nothing,
  defer: nothing,
  emit: nothing,
  system,
  stopChild: nothing,
  actionExecutor: ({ type, params, exec }: { type: string; params: unknown; exec: unknown }) => {
    // A function in place goes by its own name; what really has a name is what the machine has under it.
    const named = exec === undefined || exec === implementations[type] || type.startsWith('xstate.');
    capture.actions.push({ type, params, named });
  },
};

/** The scope, ready for the step of an instance, and the capture that this step fills. */
export function captureScope(instance: string, machine: AnyStateMachine): { scope: AnyActorScope; capture: Capture } {
  id = instance;
  implementations = machine.implementations.actions;
  sessions = 0;
  capture = { actions: [], transitions: [] };
  self.id = self.sessionId = scope.id = scope.sessionId = instance;
  // The types ask for whole actors, which are never needed here.
  return { scope: scope as unknown as AnyActorScope, capture };
}

/** A stand-in for the child of an invoke that runs outside: it has an identity to be stopped by, and no behaviour. */
class ChildStandIn {
  readonly id: string;
  readonly sessionId: string;

  constructor(child: string) {
    this.id = child;
    this.sessionId = child;
  }

  getSnapshot(): undefined {
    return undefined;
  }
}

export function childStandIn(child: string): AnyActorRef {
  // Only `id` is read: by `stopChild`, which hands it back to the scope.
  return new ChildStandIn(child) as unknown as AnyActorRef;
}

export function isStandIn(child: unknown): boolean {
  return child instanceof ChildStandIn;
}

/**
 * The scope in which a machine's transition is computed: it captures what XState would have done, and does nothing.
 *
 * `transition()` of XState builds a throw-away actor for each call (2.6 times slower) and loses the edges taken;
 * calling `machine.transition` with a scope of our own avoids both. It touches members of the actor system that XState
 * marks internal, hence the pin `~5.33` and `test/core/scope.test.ts` (decision 0002).
 */
import type { AnyActorRef, AnyActorScope, AnyTransitionDefinition, EventObject } from 'xstate';

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

/** A scope and the capture it fills. One per step: nothing is carried over. */
export function captureScope(id: string): { scope: AnyActorScope; capture: Capture } {
  const capture: Capture = { actions: [], transitions: [] };
  let sessions = 0;
  const system = {
    _bookId: () => `${id}:${sessions++}`,
    _register: () => id,
    _unregister: () => {},
    _set: () => {},
    _relay: () => {},
    _sendInspectionEvent: (event: { type: string; _transitions?: readonly AnyTransitionDefinition[] }) => {
      if (event.type === '@xstate.microstep') capture.transitions.push(...(event._transitions ?? []));
    },
    _clock: { setTimeout: () => undefined, clearTimeout: () => undefined },
    _logger: () => {},
    _snapshot: { _scheduledEvents: {} },
    get: () => undefined,
    getAll: () => ({}),
    inspect: () => ({ unsubscribe: () => {} }),
    getSnapshot: () => ({ _scheduledEvents: {} }),
    scheduler: { schedule: () => {}, cancel: () => {}, cancelAll: () => {} },
    start: () => {},
  };
  const self = { id, sessionId: id, system, send: (_: EventObject) => {}, _parent: undefined };
  const scope = {
    self,
    id,
    sessionId: id,
    logger: () => {},
    defer: () => {},
    emit: () => {},
    system,
    stopChild: () => {},
    actionExecutor: (action: { type: string; params: unknown; exec: unknown }) => {
      capture.actions.push({ type: action.type, params: action.params, named: action.type !== '(anonymous)' });
    },
  };
  // The scope has every member that 5.33 reads; the types ask for whole actors, which are never needed here.
  return { scope: scope as unknown as AnyActorScope, capture };
}

/** A stand-in for the child of an invoke that runs outside: it has an identity to be stopped by, and no behaviour. */
export function childStandIn(id: string): AnyActorRef {
  // Only `id` is read: by `stopChild`, which hands it back to the scope.
  return { id, sessionId: id, getSnapshot: () => undefined } as unknown as AnyActorRef;
}

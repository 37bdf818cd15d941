/** Actors under the durable profile: only those that answer once can be carried out elsewhere, and again. */
import type { AnyStateMachine } from 'xstate';

/** Says what a machine does that would be lost, and how to write it instead. Throws. */
export type Refuse = (expected: string, found: string, todo: string) => never;

/** An actor must be one that answers once: the runtime carries it out by an executor of its name. */
export function checkActor(
  machine: AnyStateMachine,
  { src, where }: { readonly src: string; readonly where: string },
  refuse: Refuse,
): void {
  const logic: unknown = machine.implementations.actors[src];
  if (logic === undefined)
    refuse(`the actor "${src}" of "${where}" in setup({ actors })`, 'none of that name', `Add "${src}": effect(...)`);
  if (!answersOnce(logic))
    refuse(
      `"${src}" of "${where}" to be an effect that answers once`,
      'another kind of actor (a machine, a callback, an observable or a transition), which would live in the process only',
      'Run a machine as an instance of its own; write the others as effect(...) with an executor that reports events',
    );
}

/** Whether it is made by `effect` or `fromPromise`: only their logic is done when a promise is. */
function answersOnce(logic: unknown): boolean {
  try {
    const { transition } = logic as { transition(state: object, event: object, scope: object): { status?: unknown } };
    return transition({ status: 'active' }, { type: 'xstate.promise.resolve', data: null }, {}).status === 'done';
  } catch {
    return false;
  }
}

/** How a machine names work that is done outside: an actor whose logic the runtime brings, never XState. */
import { fromPromise, type PromiseActorLogic } from 'xstate';

/**
 * Declares an effect: what it answers and what it is given. The machine stays data; the runtime starts an executor of
 * the same name, and answers with a result event. Started by XState itself, it fails at once.
 */
export function effect<Output, Input>(name: string): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>(() =>
    Promise.reject(new Error(`The effect "${name}" has no executor here. Run the machine through the runtime.`)),
  );
}

/** Every event that enters a step carries `at`, epoch milliseconds; raised facts copy it. */
export function timeOf(event: { readonly type: string; readonly at?: unknown }): number {
  if (typeof event.at === 'number') return event.at;
  throw new Error(`Invariant broken: the event "${event.type}" carries no time "at".`);
}

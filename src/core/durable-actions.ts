/** XState's own actions under the durable profile: which of them a record can hold, and what stands in for the others. */
import type { AnyStateMachine } from 'xstate';
import { checkActor, type Refuse } from './durable-actors.ts';

/** An action of XState's own: a function that carries its parameters. */
export interface BuiltIn {
  readonly type: string;
  readonly id?: string;
  readonly src?: unknown;
  readonly delay?: unknown;
  readonly actorRef?: unknown;
}

/** The action of XState's own behind one of a machine, written in place or under a name; null when it is the host's. */
export function builtInOf(machine: AnyStateMachine, action: unknown): BuiltIn | null {
  if (typeof action === 'function') return 'resolve' in action ? (action as unknown as BuiltIn) : null;
  const name = typeof action === 'string' ? action : (action as { readonly type: string }).type;
  const implementation: unknown = machine.implementations.actions[name];
  return typeof implementation === 'function' && 'resolve' in implementation
    ? (implementation as unknown as BuiltIn)
    : null;
}

/** Refuses what would do nothing, or would be lost with the process; `where` names the state. */
export function checkBuiltIn(machine: AnyStateMachine, where: string, action: BuiltIn, refuse: Refuse): void {
  switch (action.type) {
    case 'xstate.raise':
      checkRaise(machine, where, action, refuse);
      break;
    case 'xstate.spawnChild':
      checkSpawn(machine, where, action, refuse);
      break;
    case 'xstate.stopChild':
      if (typeof action.actorRef !== 'string')
        refuse(`stopChild of a fixed id in "${where}"`, typeof action.actorRef, 'Write the id of the child');
      break;
    case 'xstate.sendTo': {
      const found = 'sendTo, sendParent or forwardTo: children and parents do not live here';
      refuse(`events that the machine raises itself in "${where}"`, found, `Raise the event, or ${nameIt}`);
      break;
    }
    case 'xstate.emit':
      refuse(`named actions in "${where}"`, 'emit: nobody could listen', `Instead, ${nameIt}`);
      break;
    case 'xstate.log':
      refuse(`named actions in "${where}"`, 'log: it would go nowhere', `Read the history, or ${nameIt}`);
      break;
    default: // assign, cancel, enqueueActions
  }
}

const nameIt = 'name an action that the host carries out';

function checkRaise(machine: AnyStateMachine, where: string, { id, delay }: BuiltIn, refuse: Refuse): void {
  if (delay === undefined) return;
  if (typeof delay !== 'string') {
    const found = typeof delay === 'number' ? `the delay ${delay}` : 'a delay in place';
    refuse(`named delays in "${where}"`, found, 'Name it in setup({ delays }): a timer and its policy go by that name');
  }
  if (!Object.hasOwn(machine.implementations.delays, delay))
    refuse(`the delay "${delay}" of "${where}" in setup({ delays })`, 'none of that name', `Add "${delay}" to them`);
  if (id === undefined)
    refuse(`an id for the delayed raise in "${where}"`, 'none', 'Give it an id: it is stored and cancelled by that');
}

function checkSpawn(machine: AnyStateMachine, where: string, { id, src }: BuiltIn, refuse: Refuse): void {
  if (typeof src !== 'string')
    refuse(`a named actor for spawnChild in "${where}"`, 'an inline one', 'Name it in setup({ actors })');
  if (typeof id !== 'string')
    refuse(
      `a fixed id for spawnChild of "${src}" in "${where}"`,
      id === undefined ? 'none' : 'one in place',
      'Write the id',
    );
  checkActor(machine, { src, where }, refuse);
}

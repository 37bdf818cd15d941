/**
 * The durable profile: what a machine must keep to so that nothing of it is lost with the process (promise R9).
 *
 * Checked when a machine is registered, so that it fails loudly then and never silently at run time.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { statesOf, transitionsOf } from './edges.ts';
import { CodedError } from './errors.ts';

/** What a machine needs from its host: names of effects and of actions. */
export interface Needs {
  readonly effects: ReadonlySet<string>;
  readonly actions: ReadonlySet<string>;
}

/**
 * Checks a machine and answers what it needs.
 *
 * @throws CodedError SW_MACHINE_NOT_DURABLE naming the state and how to write it instead
 */
export function checkDurable(machine: AnyStateMachine): Needs {
  const effects = new Set<string>();
  const actions = new Set<string>();
  if (!/@\d+$/.test(machine.id))
    refuse(machine, 'an id that carries its version, such as "order@1"', `"${machine.id}"`, 'Change the id');
  for (const node of statesOf(machine)) {
    for (const invoke of node.invoke) {
      if (typeof invoke.src !== 'string')
        refuse(machine, `a named actor in "${node.id}"`, 'an inline one', 'Name it in setup({ actors })');
      if (/^\d+\./.test(invoke.id) || invoke.id.startsWith('xstate.invoke.'))
        refuse(machine, `an id for the invoke of "${invoke.src}" in "${node.id}"`, 'none', 'Give the invoke an id');
      effects.add(invoke.src as string);
    }
    for (const action of actionsOf(node)) for (const name of namesOf(machine, node, action)) actions.add(name);
  }
  return { effects, actions };
}

function actionsOf(node: AnyStateNode): readonly unknown[] {
  return [...node.entry, ...node.exit, ...transitionsOf(node).flatMap((transition) => transition.actions)];
}

/** The name of an action that the host must carry out; none for XState's own. */
function namesOf(machine: AnyStateMachine, node: AnyStateNode, action: unknown): readonly string[] {
  if (typeof action === 'function') {
    // XState's own actions (assign, raise, cancel, ...) are functions that carry their type.
    if ('resolve' in action) return [];
    return refuse(machine, `named actions in "${node.id}"`, 'an inline function', 'Name it in setup({ actions })');
  }
  const name = typeof action === 'string' ? action : (action as { type: string }).type;
  const implementation: unknown = machine.implementations.actions[name];
  return typeof implementation === 'function' && 'resolve' in implementation ? [] : [name];
}

function refuse(machine: AnyStateMachine, expected: string, found: string, todo: string): never {
  const doing = `registering the machine "${machine.id}"`;
  throw new CodedError('SW_MACHINE_NOT_DURABLE', { doing, expected, found, todo });
}

/** Stable names for the transitions of a machine, shared by the step, the journal and the drawn statechart. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

const names = new WeakMap<AnyStateMachine, Map<AnyTransitionDefinition, string>>();

/** All states of a machine, parents before children. */
export function statesOf(machine: AnyStateMachine): readonly AnyStateNode[] {
  const walk = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(walk)];
  return walk(machine.root);
}

/** The transitions that leave a state: by event, delays and completions included, and eventless ones. */
export function transitionsOf(node: AnyStateNode): readonly AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

/** The name of a transition: `<state>|<event>|<index among equals>`. */
export function edgeName(machine: AnyStateMachine, transition: AnyTransitionDefinition): string {
  const known = names.get(machine) ?? nameAll(machine);
  return known.get(transition) ?? `${transition.source.id}|${transition.eventType}|?`;
}

function nameAll(machine: AnyStateMachine): Map<AnyTransitionDefinition, string> {
  const named = new Map<AnyTransitionDefinition, string>();
  for (const node of statesOf(machine)) {
    const counts = new Map<string, number>();
    for (const transition of transitionsOf(node)) {
      const index = counts.get(transition.eventType) ?? 0;
      counts.set(transition.eventType, index + 1);
      named.set(transition, `${node.id}|${transition.eventType}|${index}`);
    }
  }
  names.set(machine, named);
  return named;
}

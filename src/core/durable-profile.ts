/**
 * The durable profile: what a machine must keep to so that nothing of it is lost with the process (promise R9).
 *
 * Checked when a machine is registered, so that it fails loudly then and never silently at run time. What only shows
 * while it runs (what `enqueueActions` adds, an actor in the context) ends the instance with an error, see `fold.ts`.
 *
 * Allowed as ever: guards and `assign` in place, `raise` without a delay, parallel and history states, `always`,
 * wildcards, `reenter`.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { type BuiltIn, builtInOf, checkBuiltIn } from './durable-actions.ts';
import { checkActor, type Refuse } from './durable-actors.ts';
import { statesOf, transitionsOf } from './edges.ts';
import { CodedError } from './errors.ts';

/** What a machine needs from its host. */
export interface Needs {
  /** Names of the effects it starts. */
  readonly effects: ReadonlySet<string>;
  /** Names of the actions that it does not implement by XState's own means. */
  readonly actions: ReadonlySet<string>;
  /** Name in `setup()` of the delay behind a timer, by the id of the timer. */
  readonly delays: ReadonlyMap<string, string>;
}

type Invoke = AnyStateNode['invoke'][number];

/**
 * Checks a machine and answers what it needs.
 *
 * @throws CodedError SW_MACHINE_NOT_DURABLE naming the state and how to write it instead
 */
export function checkDurable(machine: AnyStateMachine): Needs {
  const refuse: Refuse = (expected, found, todo) => {
    const doing = `registering the machine "${machine.id}"`;
    throw new CodedError('SW_MACHINE_NOT_DURABLE', { doing, expected, found, todo });
  };
  if (!/@\d+$/.test(machine.id))
    refuse('an id that carries its version, such as "order@1"', `"${machine.id}"`, 'Change the id');
  const needs = { effects: new Set<string>(), actions: new Set<string>(), delays: new Map<string, string>() };
  for (const node of statesOf(machine)) {
    checkEvents(node, refuse);
    for (const invoke of node.invoke) needs.effects.add(checkInvoke(machine, node, invoke, refuse));
    for (const action of actionsOf(node)) checkAction({ machine, node, action, needs, refuse });
  }
  checkInvokeIds(machine, refuse);
  return needs;
}

/** What XState and this engine send themselves, under the id of a delay, an invoke or a state. */
const ownEvents = /^xstate\.(after|done\.actor|error\.actor|done\.state)\./;

function checkEvents(node: AnyStateNode, refuse: Refuse): void {
  for (const type of node.transitions.keys()) {
    if (type.startsWith('xstate.snapshot.'))
      refuse(
        `effects that answer once in "${node.id}"`,
        'an onSnapshot',
        'Let the executor report what happens meanwhile as events of the vocabulary',
      );
    if (type.startsWith('xstate.') && !ownEvents.test(type))
      refuse(
        `events of a vocabulary in "${node.id}"`,
        `a handler of "${type}"`,
        'Handle an event of your own: "xstate." is reserved for the engine',
      );
  }
}

/** Answers the name of the effect. */
function checkInvoke(machine: AnyStateMachine, node: AnyStateNode, { id, src }: Invoke, refuse: Refuse): string {
  if (typeof src !== 'string' || src.startsWith('xstate.invoke.'))
    return refuse(`a named actor in "${node.id}"`, 'an inline one', 'Name it in setup({ actors })');
  if (/^\d+\./.test(id))
    refuse(`an id for the invoke of "${src}" in "${node.id}"`, 'none', 'Give the invoke an id: its outcome goes by it');
  checkActor(machine, { src, where: node.id }, refuse);
  return src;
}

function actionsOf(node: AnyStateNode): readonly unknown[] {
  const transitions = [...transitionsOf(node), ...(node.config.initial === undefined ? [] : [node.initial])];
  return [...node.entry, ...node.exit, ...transitions.flatMap(({ actions }) => actions)];
}

interface ActionCheck {
  readonly machine: AnyStateMachine;
  readonly node: AnyStateNode;
  readonly action: unknown;
  readonly needs: {
    readonly effects: Set<string>;
    readonly actions: Set<string>;
    readonly delays: Map<string, string>;
  };
  readonly refuse: Refuse;
}

function checkAction({ machine, node, action, needs, refuse }: ActionCheck): void {
  const builtIn: BuiltIn | null = builtInOf(machine, action);
  if (builtIn !== null) {
    checkBuiltIn(machine, node.id, builtIn, refuse);
    if (typeof builtIn.delay === 'string' && builtIn.id !== undefined) needs.delays.set(builtIn.id, builtIn.delay);
    if (builtIn.type === 'xstate.spawnChild') needs.effects.add(builtIn.src as string); // checked on the lines above
    return;
  }
  if (typeof action === 'function')
    refuse(`named actions in "${node.id}"`, 'an inline function', 'Name it in setup({ actions })');
  needs.actions.add(typeof action === 'string' ? action : (action as { readonly type: string }).type);
}

/** Executions go by the id of their invoke: two of one id at the same time would take each other's place. */
function checkInvokeIds(machine: AnyStateMachine, refuse: Refuse): void {
  const byId = new Map<string, AnyStateNode[]>();
  for (const node of statesOf(machine))
    for (const { id } of node.invoke) {
      const others = byId.get(id) ?? [];
      const other = others.find((known) => canBeTogether(known, node));
      if (other)
        refuse(
          `an id of its own for each invoke that may be active with others`,
          `"${id}" in "${other.id}" and in "${node.id}"`,
          'Give one of them another id',
        );
      byId.set(id, [...others, node]);
    }
}

/** Whether two states may be active at once: one is in the other, or they are in different regions. */
function canBeTogether(one: AnyStateNode, other: AnyStateNode): boolean {
  const [path, otherPath] = [pathOf(one), pathOf(other)];
  const common = path.filter((node, index) => node === otherPath[index]);
  const last = common.at(-1);
  return last === one || last === other || last?.type === 'parallel';
}

function pathOf(node: AnyStateNode): readonly AnyStateNode[] {
  return node.parent ? [...pathOf(node.parent), node] : [node];
}

/** The states and transitions of a machine as a neutral graph, read from the live machine: what is to be drawn. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { edgeName, statesOf, transitionsOf } from '../core/edges.ts';
import { delayName } from './delay-name.ts';
import type { Statechart } from './statechart-api.ts';
import { labelLines } from './statechart-text.ts';

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly kind: Statechart['nodes'][number]['kind'];
  /** Names of the effects that run while the state is active. */
  readonly invokes: readonly string[];
  readonly children: readonly GraphNode[];
}

export interface GraphEdge {
  /** The name under which steps tell that the transition was taken. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** Broken into lines. */
  readonly label: string;
}

export interface Graph {
  readonly root: GraphNode;
  readonly edges: readonly GraphEdge[];
}

/** The graph of a machine. Transitions without a target change no state, and are left out. */
export function graphOf(machine: AnyStateMachine): Graph {
  const edges = statesOf(machine).flatMap((node) => [
    ...initialEdges(node),
    ...transitionsOf(node).flatMap((transition) => edgesOf(machine, node, transition)),
  ]);
  return { root: nodeOf(machine.root), edges };
}

function nodeOf(node: AnyStateNode): GraphNode {
  const children = Object.values(node.states).map(nodeOf);
  return {
    id: node.id,
    label: node.key,
    kind: node.type,
    invokes: node.invoke.map(({ src }) => String(src)),
    children: node.type === 'compound' ? [initialNode(node), ...children] : children,
  };
}

const initialId = (node: AnyStateNode) => `${node.id}#initial`;

/** The dot from which an arrow points to the state that is entered first. */
function initialNode(node: AnyStateNode): GraphNode {
  return { id: initialId(node), label: '', kind: 'initial', invokes: [], children: [] };
}

function initialEdges(node: AnyStateNode): readonly GraphEdge[] {
  if (node.type !== 'compound') return [];
  const target = node.initial.target[0];
  return target ? [{ id: `${initialId(node)}|`, source: initialId(node), target: target.id, label: '' }] : [];
}

function edgesOf(
  machine: AnyStateMachine,
  source: AnyStateNode,
  transition: AnyTransitionDefinition,
): readonly GraphEdge[] {
  const id = edgeName(machine, transition);
  const label = labelLines([eventWords(transition.eventType), ...guardWords(transition.guard)]);
  return (transition.target ?? []).map((target, index) => ({
    // Into several regions at once: further arrows of one transition, told apart so that every id is unique.
    id: index === 0 ? id : `${id}#${index}`,
    source: source.id,
    target: target.id,
    label,
  }));
}

/** An event type in the words of the machine: `after probeDue`, `done: probe`, `always`, or the event itself. */
function eventWords(type: string): string {
  if (type === '') return 'always';
  const delay = delayName(type);
  if (delay !== null) return `after ${delay}`;
  const [, outcome, kind, name] = /^xstate\.(done|error)\.(actor|state)\.(.+)$/.exec(type) ?? [];
  if (outcome === undefined || name === undefined) return type;
  return `${outcome}: ${kind === 'state' ? name.split('.').at(-1) : name}`;
}

/** `[isPhase proving]`: the name of a guard with the fixed values it is given. */
function guardWords(guard: unknown): readonly string[] {
  if (guard === undefined || guard === null) return [];
  if (typeof guard === 'string') return [`[${guard}]`];
  if (typeof guard === 'function') return [`[${guard.name || 'guard'}]`];
  const { type, params } = guard as { readonly type?: unknown; readonly params?: unknown }; // XState's object form
  const fixed = typeof params === 'object' && params !== null ? Object.values(params) : [];
  const plain = fixed.filter((value) => typeof value === 'string' || typeof value === 'number');
  return [`[${[String(type), ...plain].join(' ')}]`];
}

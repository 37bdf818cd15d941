/** Lays a machine out with elk: nested and parallel states, transitions with their labels; the pages only draw it. */

import ElkModule from 'elkjs/lib/elk.bundled.js';
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { edgeName, statesOf, transitionsOf } from '../core/edges.ts';
import { type Statechart, statechartSchema } from './api.ts';

const headerHeight = 26;
const monospaceWidth = 6.7;

interface Drawn {
  readonly nodes: Statechart['nodes'];
  readonly edges: Statechart['edges'];
}

const layouts = new WeakMap<AnyStateMachine, Promise<Statechart>>();

/** The statechart with absolute coordinates; laid out once per machine, which takes some hundred milliseconds. */
export function layoutStatechart(machine: AnyStateMachine): Promise<Statechart> {
  const known = layouts.get(machine) ?? layOut(machine);
  layouts.set(machine, known);
  return known;
}

async function layOut(machine: AnyStateMachine): Promise<Statechart> {
  // The bundle is CommonJS: depending on the loader the constructor is the module or its default member.
  const Elk = ('default' in ElkModule ? ElkModule.default : ElkModule) as unknown as new () => {
    layout(graph: ElkNode): Promise<ElkNode>;
  };
  const edges = statesOf(machine).flatMap((node) =>
    transitionsOf(node).flatMap((transition) => elkEdges(machine, node, transition)),
  );
  const graph: ElkNode = {
    id: '$drawing',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.direction': 'RIGHT',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.json.edgeCoords': 'ROOT',
      'elk.json.shapeCoords': 'ROOT',
    },
    children: [elkNode(machine.root)],
    edges: edges.map(({ edge }) => edge),
  };
  const laidOut = await new Elk().layout(graph);
  const labels = new Map(edges.map(({ edge, label }) => [edge.id, label]));
  const drawn = collect(machine, laidOut, labels);
  return statechartSchema.parse({
    machine: machine.id,
    width: laidOut.width ?? 0,
    height: laidOut.height ?? 0,
    ...drawn,
  });
}

function elkNode(node: AnyStateNode): ElkNode {
  const children = Object.values(node.states).map(elkNode);
  if (children.length === 0) {
    const labelWidth = Math.max(node.key.length * 8, ...node.invoke.map(({ src }) => `runs ${src}`.length * 6.5));
    return { id: node.id, width: Math.max(70, labelWidth + 24), height: node.invoke.length > 0 ? 44 : 34 };
  }
  const initial =
    node.type === 'compound'
      ? [
          {
            id: `${node.id}$initial`,
            width: 10,
            height: 10,
            layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' },
          },
        ]
      : [];
  return {
    id: node.id,
    children: [...initial, ...children],
    layoutOptions: {
      'elk.direction': node.type === 'parallel' ? 'DOWN' : 'RIGHT',
      'elk.padding': `[top=${headerHeight + 12},left=14,bottom=14,right=14]`,
      'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
      'elk.layered.considerModelOrder.strategy': 'NONE',
      'elk.spacing.edgeLabel': '2',
    },
    edges: initial.map(({ id }) => ({
      id: `${id}|`,
      sources: [id],
      targets: [node.initial.target[0]?.id ?? ''],
    })),
  };
}

function elkEdges(machine: AnyStateMachine, node: AnyStateNode, transition: AnyTransitionDefinition) {
  const target = transition.target?.[0] ?? node;
  const id = edgeName(machine, transition);
  const label = labelOf(transition);
  const edge: ElkExtendedEdge = {
    id,
    sources: [node.id],
    targets: [target.id],
    labels: [{ text: label, width: label.length * monospaceWidth + 6, height: 15 }],
  };
  // A transition that stays where it is on a state with inner states has no sensible route: it is left out.
  return target === node && Object.keys(node.states).length > 0 ? [] : [{ edge, label }];
}

function labelOf({ eventType, guard }: AnyTransitionDefinition): string {
  const delay = /^xstate\.after\.([^.]+)\./.exec(eventType)?.[1];
  const outcome = /^xstate\.(done|error)\.actor\.\d*\.?([^.]+)/.exec(eventType);
  const event = delay ? `after ${delay}` : outcome ? `${outcome[2]} ${outcome[1]}` : eventType;
  const guardName = typeof guard === 'string' ? guard : (guard as { type?: string } | undefined)?.type;
  return [event, guardName ? `[${guardName}]` : ''].filter(Boolean).join(' ');
}

function collect(machine: AnyStateMachine, laidOut: ElkNode, labels: ReadonlyMap<string, string>): Drawn {
  const states = new Map(statesOf(machine).map((node) => [node.id, node]));
  const nodes: Statechart['nodes'] = [];
  const edges: Statechart['edges'] = [];
  const visit = (node: ElkNode, parent: string | null) => {
    if (node.id !== '$drawing') {
      const state = states.get(node.id);
      nodes.push({
        id: node.id,
        label: state?.key ?? '',
        kind: state?.type ?? 'initial',
        parent,
        x: node.x ?? 0,
        y: node.y ?? 0,
        width: node.width ?? 0,
        height: node.height ?? 0,
        invokes: state?.invoke.map(({ src }) => String(src)) ?? [],
      });
    }
    for (const edge of node.edges ?? []) edges.push(drawnEdge(edge, labels.get(edge.id) ?? ''));
    for (const child of node.children ?? []) visit(child, node.id === '$drawing' ? null : node.id);
  };
  visit(laidOut, null);
  return { nodes, edges };
}

function drawnEdge(edge: ElkExtendedEdge, label: string): Statechart['edges'][number] {
  const section = edge.sections?.[0];
  const box = edge.labels?.[0];
  return {
    id: edge.id,
    source: edge.sources[0] ?? '',
    target: edge.targets[0] ?? '',
    label,
    points: section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [],
    labelBox: box ? { x: box.x ?? 0, y: box.y ?? 0, width: box.width ?? 0, height: box.height ?? 0 } : null,
  };
}

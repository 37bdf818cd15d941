/**
 * Lays out a graph with elk. The options are the ones that nested graphs with labels survive: with the strategies that
 * keep the model's order, elk 0.12 throws.
 */
import ElkModule from 'elkjs/lib/elk.bundled.js';
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { Bundle } from './statechart-bundle.ts';
import type { Box, Point, Size } from './statechart-geometry.ts';
import type { GraphNode } from './statechart-graph.ts';
import { headerWidth, stateSize } from './statechart-text.ts';

/** The way of an arrow, from its source to its target, and where its label stands. */
export interface Route {
  readonly points: readonly Point[];
  readonly labelBox: Box | null;
}

/** Where everything is, from the top left corner of the laid out graph. */
export interface Layout extends Size {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly routes: ReadonlyMap<string, Route>;
}

/** Room for the header of a state that contains others. */
export const headerHeight = 38;
/** Room between the border of a state and what it contains. */
export const margin = 14;
const initialSize: Size = { width: 10, height: 10 };

const rootOptions: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
};

// The bundle is CommonJS: depending on the loader the constructor is the module itself or its default member.
const Elk = ('default' in ElkModule ? ElkModule.default : ElkModule) as unknown as new () => {
  layout(graph: ElkNode): Promise<ElkNode>;
};

/** Lays out one state with everything in it. Every bundle must begin and end within it. */
export async function elkLayout(node: GraphNode, bundles: readonly Bundle[]): Promise<Layout> {
  const graph: ElkNode = {
    id: '#drawing',
    layoutOptions: rootOptions,
    children: [elkNode(node)],
    edges: bundles.map(elkEdge),
  };
  const laidOut = await new Elk().layout(graph);
  const boxes = new Map<string, Box>();
  const routes = new Map<string, Route>();
  collect(laidOut, boxes, routes);
  boxes.delete(graph.id);
  return { ...boxOf(laidOut), boxes, routes };
}

function elkNode({ id, label, kind, invokes, children }: GraphNode): ElkNode {
  if (kind === 'initial')
    return { id, ...initialSize, layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' } };
  if (children.length === 0) return { id, ...stateSize(label, invokes) };
  const notes = [kind === 'parallel' ? 'side by side' : '', ...invokes.map((name) => `runs ${name}`)];
  return {
    id,
    children: children.map(elkNode),
    // Options of the root are not inherited: each state that contains others needs its own.
    layoutOptions: {
      'elk.direction': kind === 'parallel' ? 'DOWN' : 'RIGHT',
      'elk.padding': `[top=${headerHeight},left=${margin},bottom=${margin},right=${margin}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${headerWidth(label, notes)},${headerHeight})`,
      'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
      'elk.layered.considerModelOrder.strategy': 'NONE',
      'elk.spacing.edgeLabel': '2',
    },
  };
}

function elkEdge({ id, source, target, size }: Bundle): ElkExtendedEdge {
  return { id, sources: [source], targets: [target], labels: size === null ? [] : [{ text: id, ...size }] };
}

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box => ({ x, y, width, height });

function collect(node: ElkNode, boxes: Map<string, Box>, routes: Map<string, Route>): void {
  boxes.set(node.id, boxOf(node));
  for (const edge of node.edges ?? []) {
    const points = (edge.sections ?? []).flatMap((section) => [
      section.startPoint,
      ...(section.bendPoints ?? []),
      section.endPoint,
    ]);
    const label = edge.labels?.[0];
    routes.set(edge.id, { points, labelBox: label ? boxOf(label) : null });
  }
  for (const child of node.children ?? []) collect(child, boxes, routes);
}

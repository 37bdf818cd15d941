/** The drawing of a machine: its live states and transitions with their places, computed once per machine. */
import type { AnyStateMachine } from 'xstate';
import type { Statechart } from './statechart-api.ts';
import { type Bundle, bundlesOf, labelBoxes } from './statechart-bundle.ts';
import { elkLayout, headerHeight, type Layout, margin, type Route } from './statechart-elk.ts';
import { moved } from './statechart-geometry.ts';
import { type Graph, type GraphNode, graphOf } from './statechart-graph.ts';
import { shelve } from './statechart-shelves.ts';

const charts = new WeakMap<AnyStateMachine, Promise<Statechart>>();

/**
 * The statechart of a machine. Ids of nodes are those of the states, ids of edges those of the transitions in the
 * steps; a compound state has a node `<id>#initial` of kind `initial` besides, with an edge to where it begins.
 *
 * The layout takes some hundred milliseconds once; later calls get the same answer.
 */
export function layoutStatechart(machine: AnyStateMachine): Promise<Statechart> {
  const known = charts.get(machine);
  if (known) return known;
  const chart = draw(machine);
  charts.set(machine, chart);
  chart.catch(() => charts.delete(machine)); // a failed layout may be tried again
  return chart;
}

async function draw(machine: AnyStateMachine): Promise<Statechart> {
  const graph = graphOf(machine);
  const bundles = bundlesOf(graph.edges);
  const layout = (await layoutRegions(graph, bundles)) ?? (await elkLayout(graph.root, bundles));
  return {
    machine: machine.id,
    width: layout.width,
    height: layout.height,
    nodes: nodesOf(graph.root, null, layout),
    edges: bundles.flatMap((bundle) => edgesOf(bundle, layout)),
  };
}

/**
 * Regions that no transition connects are laid out one by one and put on shelves: laid out together they would stand
 * in an order of elk's own, each as wide as the widest. Null when the root has no such regions.
 */
async function layoutRegions({ root }: Graph, bundles: readonly Bundle[]): Promise<Layout | null> {
  if (root.kind !== 'parallel') return null;
  const regionOf = new Map(root.children.flatMap((region) => idsOf(region).map((id) => [id, region.id])));
  const isWithin = ({ source, target }: Bundle) =>
    regionOf.has(source) && regionOf.get(source) === regionOf.get(target);
  if (!bundles.every(isWithin)) return null;
  const layouts = await Promise.all(
    root.children.map((region) =>
      elkLayout(
        region,
        bundles.filter(({ source }) => regionOf.get(source) === region.id),
      ),
    ),
  );
  return joined(root.id, layouts);
}

/** The regions on their shelves, within the box of the root. */
function joined(rootId: string, regions: readonly Layout[]): Layout {
  const shelves = shelve(regions);
  const width = shelves.width + 2 * margin;
  const height = shelves.height + headerHeight + margin;
  const boxes = new Map([[rootId, { x: 0, y: 0, width, height }]]);
  const routes = new Map<string, Route>();
  for (const [index, region] of regions.entries()) {
    const by = moved(shelves.places[index] ?? { x: 0, y: 0 }, { x: margin, y: headerHeight });
    for (const [id, box] of region.boxes) boxes.set(id, moved(box, by));
    for (const [id, { points, labelBox }] of region.routes)
      routes.set(id, { points: points.map((point) => moved(point, by)), labelBox: labelBox && moved(labelBox, by) });
  }
  return { width, height, boxes, routes };
}

const idsOf = (node: GraphNode): readonly string[] => [node.id, ...node.children.flatMap(idsOf)];

function nodesOf(node: GraphNode, parent: string | null, layout: Layout): Statechart['nodes'] {
  const { id, label, kind, invokes, children } = node;
  const box = layout.boxes.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  return [
    { id, label, kind, parent, ...box, invokes: [...invokes] },
    ...children.flatMap((child) => nodesOf(child, id, layout)),
  ];
}

function edgesOf(bundle: Bundle, layout: Layout): Statechart['edges'] {
  const route = layout.routes.get(bundle.id);
  const boxes = labelBoxes(bundle, route?.labelBox ?? null);
  return bundle.edges.map(({ id, source, target, label }) => ({
    id,
    source,
    target,
    label,
    points: [...(route?.points ?? [])],
    labelBox: boxes.get(id) ?? null,
  }));
}

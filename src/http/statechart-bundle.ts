/** Transitions between the same two states share one arrow, their labels one under the other: fewer lines to follow. */
import type { Box, Size } from './statechart-geometry.ts';
import type { GraphEdge } from './statechart-graph.ts';
import { labelSize } from './statechart-text.ts';

export interface Bundle {
  /** The id of its first transition. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly edges: readonly GraphEdge[];
  /** Size of all labels together; null when none of them has a text. */
  readonly size: Size | null;
}

/** Space between two labels of one arrow. */
const labelGap = 2;

/** The arrows of a graph, in the order of their first transitions. */
export function bundlesOf(edges: readonly GraphEdge[]): readonly Bundle[] {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const ends = JSON.stringify([edge.source, edge.target]);
    groups.set(ends, [...(groups.get(ends) ?? []), edge]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first
      ? [{ id: first.id, source: first.source, target: first.target, edges: group, size: sizeOf(group) }]
      : [];
  });
}

const sizesOf = (edges: readonly GraphEdge[]) =>
  edges.filter(({ label }) => label !== '').map((e) => labelSize(e.label));

function sizeOf(edges: readonly GraphEdge[]): Size | null {
  const sizes = sizesOf(edges);
  if (sizes.length === 0) return null;
  return {
    width: Math.max(...sizes.map(({ width }) => width)),
    height: sizes.reduce((sum, { height }) => sum + height, 0) + labelGap * (sizes.length - 1),
  };
}

/** The part of an arrow's label box that belongs to each of its transitions. */
export function labelBoxes({ edges }: Bundle, whole: Box | null): ReadonlyMap<string, Box | null> {
  let y = whole?.y ?? 0;
  return new Map(
    edges.map((edge): [string, Box | null] => {
      if (whole === null || edge.label === '') return [edge.id, null];
      const { height } = labelSize(edge.label);
      const box = { x: whole.x, y, width: whole.width, height };
      y += height + labelGap;
      return [edge.id, box];
    }),
  );
}

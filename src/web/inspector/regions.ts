/** The top regions of a chart with what is active in each: the drawing in words, and where to look. */
import type { Statechart } from '../../http/statechart-api.ts';

type Node = Statechart['nodes'][number];

/** An innermost active state, for example `warning` within `status`. */
export interface ActiveState {
  /** What directly contains it; null when that is the region itself or nothing. */
  readonly within: string | null;
  readonly name: string;
}

export interface Region {
  readonly id: string;
  readonly name: string;
  readonly active: readonly ActiveState[];
  readonly box: Pick<Node, 'x' | 'y' | 'width' | 'height'>;
}

/** The ids with those of all states around them: whoever names only the innermost states names the outer ones too. */
export function withAncestors({ nodes }: Statechart, ids: readonly string[]): ReadonlySet<string> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const all = new Set<string>();
  for (const id of ids)
    for (let up: string | null = id; up !== null && !all.has(up); up = parents.get(up) ?? null) all.add(up);
  return all;
}

/** The regions of a chart, in its order. */
export function regionsOf({ nodes }: Statechart, active: ReadonlySet<string>): readonly Region[] {
  const states = nodes.filter(({ kind }) => kind !== 'initial');
  const byParent = new Map<string | null, Node[]>();
  for (const node of states) byParent.set(node.parent, [...(byParent.get(node.parent) ?? []), node]);
  const outermost = byParent.get(null) ?? [];
  // A chart is drawn with its root or without: the regions are what the root contains, or what stands alone.
  const root = outermost.length === 1 ? outermost[0] : undefined;
  const regions = (root && byParent.get(root.id)) ?? outermost;
  return regions.map((node) => ({
    id: node.id,
    name: node.label,
    active: innermost(node, byParent, active).map(({ within, name }) =>
      name === node.label ? { within: null, name: 'active' } : { within: within === node.label ? null : within, name },
    ),
    box: node,
  }));
}

function innermost(
  node: Node,
  byParent: ReadonlyMap<string | null, readonly Node[]>,
  active: ReadonlySet<string>,
  within: string | null = null,
): readonly ActiveState[] {
  if (!active.has(node.id)) return [];
  const children = byParent.get(node.id) ?? [];
  if (children.length === 0) return [{ within, name: node.label }];
  return children.flatMap((child) => innermost(child, byParent, active, node.label));
}

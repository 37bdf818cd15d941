/** The part of a chart around some of its transitions. */
import type { Statechart } from '../../http/statechart-api.ts';
import type { Box } from './viewport.ts';

/** The smallest box with the transitions and the states at their ends; null when none of them is in the chart. */
export function boxOfEdges({ nodes, edges }: Statechart, ids: ReadonlySet<string>): Box | null {
  const chosen = edges.filter(({ id }) => ids.has(id));
  if (chosen.length === 0) return null;
  const ends = new Set(chosen.flatMap(({ source, target }) => [source, target]));
  // A state that contains others may be as large as the chart: the arrow tells where it is touched.
  const boxes = nodes.filter(({ id, kind }) => ends.has(id) && kind !== 'compound' && kind !== 'parallel');
  const labels = chosen.flatMap(({ labelBox }) => labelBox ?? []);
  const corners = [...boxes, ...labels].flatMap(({ x, y, width, height }) => [
    { x, y },
    { x: x + width, y: y + height },
  ]);
  const points = [...corners, ...chosen.flatMap((edge) => edge.points)];
  const left = Math.min(...points.map(({ x }) => x));
  const top = Math.min(...points.map(({ y }) => y));
  return {
    x: left,
    y: top,
    width: Math.max(...points.map(({ x }) => x)) - left,
    height: Math.max(...points.map(({ y }) => y)) - top,
  };
}

/** Turns the corner points of a route into an SVG path with rounded corners. */

interface Point {
  readonly x: number;
  readonly y: number;
}

const cornerRadius = 6;

/** The path through all points; fewer than two give an empty path. */
export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first || rest.length === 0) return '';
  const parts = [`M${first.x} ${first.y}`];
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    const before = rest[index - 1] ?? first;
    parts.push(next ? corner(before, point, next) : `L${point.x} ${point.y}`);
  }
  return parts.join('');
}

function corner(before: Point, at: Point, after: Point): string {
  const entry = towards(at, before);
  const exit = towards(at, after);
  return `L${entry.x} ${entry.y}Q${at.x} ${at.y} ${exit.x} ${exit.y}`;
}

/** The point a corner radius away, but never beyond the middle of the segment. */
function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return from;
  const share = Math.min(cornerRadius, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

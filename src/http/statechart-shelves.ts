/** Puts boxes side by side and one under the other, so that the whole is neither wide nor tall. */
import type { Point, Size } from './statechart-geometry.ts';

export interface Placed extends Size {
  /** The top left corner of each box, in the order given. */
  readonly places: readonly Point[];
}

/** Space between two boxes. */
const gap = 20;
/** Width to height that a screen shows best. */
const bestAspect = 1.5;

interface Shelf {
  readonly y: number;
  width: number;
  height: number;
}

/**
 * Fills shelves from left to right: each box goes to the first shelf with room for it, so that small boxes fill gaps. A
 * shelf is as wide as the widest box, or as a well-shaped whole needs.
 */
export function shelve(sizes: readonly Size[]): Placed {
  const area = sizes.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const widthMax = Math.max(Math.sqrt(area * bestAspect), ...sizes.map(({ width }) => width));
  const shelves: Shelf[] = [];
  const places = sizes.map((size): Point => {
    const shelf = shelves.find((known) => fits(known, size, widthMax, known === shelves.at(-1))) ?? added(shelves);
    const x = shelf.width === 0 ? 0 : shelf.width + gap;
    shelf.width = x + size.width;
    shelf.height = Math.max(shelf.height, size.height);
    return { x, y: shelf.y };
  });
  const last = shelves.at(-1);
  return { places, width: Math.max(0, ...shelves.map(({ width }) => width)), height: last ? last.y + last.height : 0 };
}

/** Only the last shelf may still grow in height: another one stands under each of the others. */
function fits(shelf: Shelf, size: Size, widthMax: number, isLast: boolean): boolean {
  return shelf.width + gap + size.width <= widthMax && (isLast || size.height <= shelf.height);
}

function added(shelves: Shelf[]): Shelf {
  const last = shelves.at(-1);
  const shelf = { y: last ? last.y + last.height + gap : 0, width: 0, height: 0 };
  shelves.push(shelf);
  return shelf;
}

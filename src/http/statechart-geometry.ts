/** Points, sizes and boxes of a drawing; units are those of its width and height, y points down. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The point is its top left corner. */
export interface Box extends Point, Size {}

/** The same thing at another place. */
export function moved<T extends Point>(thing: T, by: Point): T {
  return { ...thing, x: thing.x + by.x, y: thing.y + by.y };
}

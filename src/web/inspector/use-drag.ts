/** Moving with one pointer, zooming with two. */
import { type PointerEvent, useRef } from 'react';

export interface DragHandlers {
  onPointerDown(event: PointerEvent): void;
  onPointerMove(event: PointerEvent): void;
  onPointerUp(event: PointerEvent): void;
  onPointerCancel(event: PointerEvent): void;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Distances are screen pixels. */
export function useDrag(
  moveBy: (right: number, down: number) => void,
  zoomAt: (factor: number, clientX: number, clientY: number) => void,
): DragHandlers {
  const pointers = useRef(new Map<number, Place>());
  const forget = (event: PointerEvent) => void pointers.current.delete(event.pointerId);
  return {
    onPointerDown(event) {
      pointers.current.set(event.pointerId, placeOf(event));
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const after = placeOf(event);
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      pointers.current.set(event.pointerId, after);
      if (other) zoomAt(spread(before, after, other), (after.x + other.x) / 2, (after.y + other.y) / 2);
      else moveBy(before.x - after.x, before.y - after.y);
    },
    onPointerUp: forget,
    onPointerCancel: forget,
  };
}

const placeOf = (event: PointerEvent): Place => ({ x: event.clientX, y: event.clientY });

/** How much further apart two pointers are than before. */
function spread(before: Place, after: Place, other: Place): number {
  const distance = (place: Place) => Math.hypot(place.x - other.x, place.y - other.y);
  return distance(before) === 0 ? 1 : distance(after) / distance(before);
}

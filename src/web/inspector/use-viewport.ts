/** The viewport of the chart: fitted to its frame, moved by keys, wheel and pointers. */
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { chartMoveOf } from './chart-keys.ts';
import { type DragHandlers, useDrag } from './use-drag.ts';
import { useWheel } from './use-wheel.ts';
import { type Box, fitInto, fitWidth, middleOf, panned, resized, type Size, zoomed } from './viewport.ts';

const stepFactor = 1.3;

export interface Viewport {
  readonly box: Box;
  /** Drawing units that one screen pixel covers. */
  readonly unitsPerPixel: number;
  /** False until the frame has a size: what is shown before would be lost. */
  readonly measured: boolean;
  /** Put on the frame element. */
  readonly frameRef: (element: HTMLElement | null) => void;
  readonly handlers: DragHandlers & { onKeyDown(event: KeyboardEvent): void };
  zoomIn(): void;
  zoomOut(): void;
  fitToWidth(): void;
  fitWhole(): void;
  show(target: Box): void;
}

/** A narrower frame than this cannot show a whole machine legibly. */
const narrow = 600;

/** Pans and zooms a drawing of the given size. A narrow frame starts with `detail` instead of the whole. */
export function useViewport({ width, height }: Size, detail: Box): Viewport {
  const [element, frameRef] = useState<HTMLElement | null>(null);
  const frame = useRef<Size>({ width: 800, height: 600 });
  const whole = useMemo<Box>(() => ({ x: 0, y: 0, width, height }), [width, height]);
  const [box, setBox] = useState<Box>(() => fitWidth(whole, frame.current));
  const measured = useFrameSize(element, { whole, detail }, frame, setBox);

  const zoomAt = useCallback(
    (factor: number, clientX: number, clientY: number) => {
      const rect = element?.getBoundingClientRect();
      if (!rect) return;
      setBox((seen) => {
        const units = seen.width / frame.current.width;
        const centre = { x: seen.x + (clientX - rect.left) * units, y: seen.y + (clientY - rect.top) * units };
        return panned(zoomed(seen, frame.current, factor, centre), 0, 0, whole);
      });
    },
    [element, whole],
  );
  const moveBy = useCallback(
    (right: number, down: number) =>
      setBox((seen) => {
        const units = seen.width / frame.current.width;
        return panned(seen, right * units, down * units, whole);
      }),
    [whole],
  );
  useWheel(element, zoomAt);
  const dragHandlers = useDrag(moveBy, zoomAt);

  const zoom = (factor: number) =>
    setBox((seen) => panned(zoomed(seen, frame.current, factor, middleOf(seen)), 0, 0, whole));
  const show = useCallback((target: Box) => setBox(fitInto(target, frame.current)), []);
  const fitToWidth = () => setBox(fitWidth(whole, frame.current));
  const onKeyDown = (event: KeyboardEvent) => {
    const move = chartMoveOf(event);
    if (move === null) return;
    event.preventDefault();
    if (move.kind === 'fit') fitToWidth();
    else if (move.kind === 'zoom') zoom(move.closer ? stepFactor : 1 / stepFactor);
    else moveBy(move.right * frame.current.width, move.down * frame.current.height);
  };

  return {
    box,
    measured,
    unitsPerPixel: box.width / frame.current.width,
    frameRef,
    handlers: { ...dragHandlers, onKeyDown },
    zoomIn: () => zoom(stepFactor),
    zoomOut: () => zoom(1 / stepFactor),
    fitToWidth,
    fitWhole: () => setBox(fitInto(whole, frame.current)),
    show,
  };
}

/** Follows the size of the frame: the first size, and each new drawing, is fitted; later ones keep the scale. */
function useFrameSize(
  element: HTMLElement | null,
  { whole, detail }: { readonly whole: Box; readonly detail: Box },
  frame: { current: Size },
  setBox: (change: (seen: Box) => Box) => void,
): boolean {
  const [measured, setMeasured] = useState(false);
  useEffect(() => {
    if (!element) return;
    let fitted = false;
    const observer = new ResizeObserver(() => {
      const before = frame.current;
      const after = { width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) };
      const keepScale = fitted;
      frame.current = after;
      fitted = true;
      const start = () => (after.width < narrow ? fitInto(detail, after) : fitWidth(whole, after));
      setBox((seen) => (keepScale ? resized(seen, before, after) : start()));
      setMeasured(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, whole, detail, frame, setBox]);
  return measured;
}

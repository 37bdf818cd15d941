/** Zooming with the wheel. */
import { useEffect } from 'react';

const pixelsPerLine = 32;
/** One turn of a fast wheel must not throw the chart away. */
const pixelsMax = 240;
const pixelsPerE = 500;

/** Calls back with a factor and the place under the pointer. The page does not scroll meanwhile. */
export function useWheel(
  element: HTMLElement | null,
  zoomAt: (factor: number, clientX: number, clientY: number) => void,
): void {
  useEffect(() => {
    if (!element) return;
    // React listens to wheels passively, which could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * pixelsPerLine : event.deltaY;
      const bounded = Math.max(-pixelsMax, Math.min(pixelsMax, pixels));
      zoomAt(Math.exp(-bounded / pixelsPerE), event.clientX, event.clientY);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [element, zoomAt]);
}

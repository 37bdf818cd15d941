/** Which part of a drawing is seen: pure arithmetic of panning, zooming and fitting. */

/** The seen part in drawing units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Screen pixels per drawing unit: beyond these nothing more is to be seen. */
const scaleMin = 0.05;
const scaleMax = 3;
/** Fitting never enlarges beyond this: a small chart stays a drawing, not a poster. */
const fitScaleMax = 1.25;
const margin = 16;

/** The part of the drawing that fills the frame when `target` is shown as large as it can be. */
export function fitInto(target: Box, frame: Size): Box {
  const scale = Math.min(
    fitScaleMax,
    frame.width / (target.width + 2 * margin),
    frame.height / (target.height + 2 * margin),
  );
  return centred(target, frame, clampScale(scale));
}

/** Like {@link fitInto}, by the width alone: the top is shown and the rest is below. */
export function fitWidth(target: Box, frame: Size): Box {
  const scale = clampScale(Math.min(fitScaleMax, frame.width / (target.width + 2 * margin)));
  const box = centred(target, frame, scale);
  return target.height + 2 * margin > box.height ? { ...box, y: target.y - margin } : box;
}

function centred(target: Box, frame: Size, scale: number): Box {
  const width = frame.width / scale;
  const height = frame.height / scale;
  return { x: target.x + (target.width - width) / 2, y: target.y + (target.height - height) / 2, width, height };
}

/** Zooms by a factor; the drawing stays where it is under `centre` (in drawing units). */
export function zoomed(box: Box, frame: Size, factor: number, centre: Point): Box {
  const scale = clampScale((frame.width / box.width) * factor);
  const ratio = frame.width / scale / box.width;
  return {
    x: centre.x - (centre.x - box.x) * ratio,
    y: centre.y - (centre.y - box.y) * ratio,
    width: box.width * ratio,
    height: box.height * ratio,
  };
}

/** Moves the seen part; some of the drawing always stays in sight. */
export function panned(box: Box, dx: number, dy: number, drawing: Size): Box {
  const clamp = (value: number, size: number, limit: number) =>
    Math.min(Math.max(value, -size * 0.75), limit - size * 0.25);
  return { ...box, x: clamp(box.x + dx, box.width, drawing.width), y: clamp(box.y + dy, box.height, drawing.height) };
}

/** The same middle and scale in a frame of another size. */
export function resized(box: Box, before: Size, after: Size): Box {
  const scale = before.width / box.width;
  const width = after.width / scale;
  const height = after.height / scale;
  return { x: box.x + (box.width - width) / 2, y: box.y, width, height };
}

/** The middle of the seen part. */
export function middleOf(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const clampScale = (scale: number) => Math.min(scaleMax, Math.max(scaleMin, scale));

/**
 * What one flush writes: a header with a checksum, and one line for each entry. A frame is whole or it is nothing.
 *
 * `=<crc32, 8 hexadecimal digits> <bytes of the lines> <number of the first entry> <entries>` and a line feed; the
 * checksum is over everything behind it. A segment may end in NUL bytes: room taken beforehand, so that a flush need not
 * lengthen the file.
 */
import { crc32 } from 'node:zlib';

export interface Frame {
  readonly firstSeq: number;
  readonly count: number;
  /** Where its header, its first line, and what follows it begin. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** What follows the last good frame: nothing, a torn end, or damage. */
export type Rest = { readonly kind: 'none' | 'torn' } | { readonly kind: 'damage'; readonly reason: string };

const mark = 0x3d; // =
const lineFeed = 0x0a;
/** Before the checked part: the mark, the checksum and a space. */
export const uncheckedBytes = 10;
const headerBytesMax = 64;

/** The checked part of a header, with its line feed. */
export function headerOf(frame: { readonly bytes: number; readonly firstSeq: number; readonly count: number }): string {
  return `${frame.bytes} ${frame.firstSeq} ${frame.count}\n`;
}

/** The frame at an offset, or why there is none. */
export function frameAt(content: Buffer, start: number): Frame | string {
  const text = content.toString('latin1', start, start + headerBytesMax);
  const header = /^=([0-9a-f]{8}) (\d{1,12}) (\d{1,15}) (\d{1,9})\n/.exec(text);
  if (header === null) return 'no header of a frame';
  const [whole, checksum, bytes, firstSeq, count] = header as unknown as readonly [
    string,
    string,
    string,
    string,
    string,
  ];
  const body = start + whole.length;
  const end = body + Number(bytes);
  if (end > content.length) return `a frame of ${bytes} bytes of which ${content.length - body} are there`;
  if (crc32(content.subarray(start + uncheckedBytes, end)) !== Number.parseInt(checksum, 16))
    return 'a checksum that does not match';
  return { firstSeq: Number(firstSeq), count: Number(count), start, body, end };
}

/** The next good frame behind an offset; null when there is none. */
export function nextFrame(content: Buffer, after: number): Frame | null {
  for (let at = content.indexOf(mark, after); at >= 0; at = content.indexOf(mark, at + 1)) {
    const frame = frameAt(content, at);
    if (typeof frame !== 'string') return frame;
  }
  return null;
}

/**
 * The good frames of a segment from its beginning, each following the one before without a gap; returns what is behind
 * the last. A later flush begins only when the one before is durable: what is bad with nothing good behind it was never
 * promised to anybody, and is a torn end; with something good behind it, a promise is broken.
 */
export function* framesOf(
  content: Buffer,
  firstSeq: number,
): Generator<Frame, { readonly offset: number; readonly rest: Rest }> {
  let offset = 0;
  let seq = firstSeq;
  const ended = (rest: Rest) => ({ offset, rest });
  while (offset < content.length) {
    const frame = frameAt(content, offset);
    if (typeof frame === 'string') return ended(judge(content, offset, frame));
    if (frame.firstSeq !== seq)
      return ended({ kind: 'damage', reason: `entry ${frame.firstSeq} where ${seq} must follow` });
    yield frame;
    offset = frame.end;
    seq += frame.count;
  }
  return ended({ kind: 'none' });
}

function judge(content: Buffer, offset: number, reason: string): Rest {
  if (lengthOf(content) <= offset) return { kind: 'none' };
  const next = nextFrame(content, offset + 1);
  return next === null
    ? { kind: 'torn' }
    : { kind: 'damage', reason: `${reason}, followed by the good entry ${next.firstSeq}` };
}

/** Length of a segment without the room at its end. */
export function lengthOf(content: Buffer): number {
  let end = content.length;
  while (end > 0 && content[end - 1] === 0) end -= 1;
  return end;
}

/** Bounds of the lines of a frame, without their line feeds. */
export function* linesOf(
  content: Buffer,
  { body, end }: Frame,
): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = body; start < end; ) {
    const feed = content.indexOf(lineFeed, start);
    yield { start, end: feed };
    start = feed + 1;
  }
}

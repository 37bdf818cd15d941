/** Cuts a stream of bytes into lines of bounded length, with the place behind each. */
import { RowFault } from './failure.ts';
import type { Position } from './position.ts';

export interface Line {
  /** Without its line end, which is `\n` or `\r\n`. */
  readonly bytes: Buffer;
  /** Its number. */
  readonly line: number;
  readonly end: Position;
}

export interface LinesOptions {
  readonly lineBytesMax: number;
  /** Where `chunks` begin. */
  readonly from: Position;
}

const newline = 10;
const carriageReturn = 13;

/** Lines that are not empty. @throws RowFault for a line that is too long; what `chunks` throws. */
export async function* linesOf(chunks: AsyncIterable<Buffer>, options: LinesOptions): AsyncGenerator<Line> {
  const { lineBytesMax, from } = options;
  /** The beginning of a line, of which the end has not come yet. */
  let begun: Buffer[] = [];
  let begunBytes = 0;
  let { offset, line } = from;

  const take = (tail: Buffer, endBytes: number): readonly Line[] => {
    const whole = begun.length === 0 ? tail : Buffer.concat([...begun, tail]);
    offset += whole.length + endBytes;
    line += 1;
    begun = [];
    begunBytes = 0;
    const bytes = whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole;
    return bytes.length === 0 ? [] : [{ bytes, line, end: { offset, line } }];
  };
  const requireBound = (more: number) => {
    if (begunBytes + more <= lineBytesMax) return;
    throw new RowFault(line + 1, { expected: `a line of at most ${lineBytesMax} bytes`, found: 'a longer one' });
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, start)) {
      requireBound(at - start);
      yield* take(chunk.subarray(start, at), 1);
      start = at + 1;
    }
    const rest = chunk.subarray(start);
    requireBound(rest.length);
    if (rest.length > 0) begun.push(rest);
    begunBytes += rest.length;
  }
  if (begunBytes > 0) yield* take(Buffer.alloc(0), 0);
}

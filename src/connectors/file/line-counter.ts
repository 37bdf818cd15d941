/** Counts lines beside a parser: it sees the same bytes, and tells how many line ends lie before an offset. */

const newline = 10;

/**
 * The CSV library counts a line end within quotes twice when it is `\r\n`, and is therefore not asked. Bytes are kept until
 * they are counted: as many as the parser reads ahead.
 */
export class LineCounter {
  /** What has been seen and not been counted yet, oldest first. */
  readonly #waiting: Buffer[] = [];
  /** Offset of the first byte that waits, and the line ends before it. */
  #offset = 0;
  #lines = 0;

  /** Hands the chunks on as they are. */
  async *seen(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#waiting.push(chunk);
      yield chunk;
    }
  }

  /** Line ends before an offset from the first byte; offsets must not go back. */
  before(offset: number): number {
    for (let chunk = this.#waiting[0]; chunk !== undefined && this.#offset < offset; chunk = this.#waiting[0]) {
      const part = chunk.subarray(0, offset - this.#offset);
      this.#lines += lineEndsIn(part);
      this.#offset += part.length;
      if (part.length === chunk.length) this.#waiting.shift();
      else this.#waiting[0] = chunk.subarray(part.length);
    }
    return this.#lines;
  }
}

export function lineEndsIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) lines += 1;
  return lines;
}

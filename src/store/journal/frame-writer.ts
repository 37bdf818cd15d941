/** Puts a frame together in one piece of memory that is used again for later ones. */
import { crc32 } from 'node:zlib';
import { headerOf, uncheckedBytes } from './frame.ts';

/** Room before the lines: the header is as long as its numbers, and is written right before them. */
const headerRoom = 64;
const lineFeed = 0x0a;

export class FrameWriter {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #end = headerRoom;

  /** Bytes of the lines so far. */
  get bytes(): number {
    return this.#end - headerRoom;
  }

  /** Adds a line; answers its length in bytes, line feed included. */
  add(text: string): number {
    this.#reserve(text.length * 3 + 1); // UTF-8 takes up to three bytes for one unit of UTF-16
    const begin = this.#end;
    this.#end += this.#buffer.write(text, begin);
    this.#buffer[this.#end++] = lineFeed;
    return this.#end - begin;
  }

  /** The finished frame, which is good until the next {@link reset}. */
  finish(firstSeq: number, count: number): Buffer {
    const header = headerOf({ bytes: this.bytes, firstSeq, count });
    const checked = headerRoom - header.length;
    this.#buffer.write(header, checked, 'latin1');
    const checksum = crc32(this.#buffer.subarray(checked, this.#end)).toString(16).padStart(8, '0');
    const start = checked - uncheckedBytes;
    this.#buffer.write(`=${checksum} `, start, 'latin1');
    return this.#buffer.subarray(start, this.#end);
  }

  /** Begins the next frame. */
  reset(): void {
    this.#end = headerRoom;
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

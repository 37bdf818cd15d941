/** Puts a frame together in one piece of memory that is used again for later ones. */
import { crc32 } from 'node:zlib';
import { headerOf, uncheckedBytes } from './frame.ts';
import { JsonWriter } from './json-writer.ts';

/** Room before the lines: the header is as long as its numbers, and is written right before them. */
const headerRoom = 64;
const lineFeed = 0x0a;

export class FrameWriter extends JsonWriter {
  override end = headerRoom;

  /** Bytes of the lines so far. */
  get bytes(): number {
    return this.end - headerRoom;
  }

  endLine(): void {
    this.byte(lineFeed);
  }

  /** The finished frame, which is good until the next {@link reset}. */
  finish(firstSeq: number, count: number): Buffer {
    const header = headerOf({ bytes: this.bytes, firstSeq, count });
    const checked = headerRoom - header.length;
    this.buffer.write(header, checked, 'latin1');
    const checksum = crc32(this.since(checked)).toString(16).padStart(8, '0');
    const start = checked - uncheckedBytes;
    this.buffer.write(`=${checksum} `, start, 'latin1');
    return this.since(start);
  }

  /** Begins the next frame. */
  reset(): void {
    this.end = headerRoom;
  }
}

/**
 * A set of small whole numbers, one bit each: what a million rows have in common costs 125 KB instead of a million texts.
 *
 * Rows of the index carry a number of their own for this purpose. The set knows which parts of it have changed, so that
 * a commit writes only those.
 */
import { invariant } from '../../core/errors.ts';

/** Bytes of one part: what is written at once when a bit in it changes. */
export const partBytes = 2048;

export class Bitmap {
  #bytes = new Uint8Array(0);
  #count = 0;
  readonly #changed = new Set<number>();

  /** How many numbers are in the set. */
  get count(): number {
    return this.#count;
  }

  has(n: number): boolean {
    return ((this.#bytes[n >> 3] ?? 0) & (1 << (n & 7))) !== 0;
  }

  /** Answers whether the number was new. */
  add(n: number): boolean {
    invariant(Number.isInteger(n) && n >= 0, `a number of a row is whole and not negative, not ${n}`);
    const at = n >> 3;
    if (at >= this.#bytes.length) this.#growTo(at + 1);
    const byte = this.#bytes[at] as number; // `at` is below the length
    const bit = 1 << (n & 7);
    if ((byte & bit) !== 0) return false;
    this.#bytes[at] = byte | bit;
    this.#count += 1;
    this.#changed.add(Math.floor(at / partBytes));
    return true;
  }

  delete(n: number): void {
    if (!this.has(n)) return;
    this.#bytes[n >> 3] = (this.#bytes[n >> 3] as number) & ~(1 << (n & 7)); // `has` has found the byte
    this.#count -= 1;
    this.#changed.add(Math.floor((n >> 3) / partBytes));
  }

  clear(): void {
    for (let part = 0; part * partBytes < this.#bytes.length; part += 1) {
      if (this.#partOf(part).some((byte) => byte !== 0)) this.#changed.add(part);
    }
    this.#bytes.fill(0);
    this.#count = 0;
  }

  /** How many numbers are in this set and not in the other. */
  countWithout(other: Bitmap): number {
    let count = 0;
    for (let at = 0; at < this.#bytes.length; at += 1) {
      count += bitsOf((this.#bytes[at] as number) & ~(other.#bytes[at] ?? 0)); // `at` is below the length
    }
    return count;
  }

  /** The parts that have changed since {@link saved}, by their place. */
  changes(): readonly { readonly part: number; readonly bytes: Uint8Array }[] {
    return [...this.#changed].map((part) => ({ part, bytes: this.#partOf(part) }));
  }

  /** Called when the changes are durable. */
  saved(): void {
    this.#changed.clear();
  }

  /** Puts a part back that was read from the disk. */
  load(part: number, bytes: Uint8Array): void {
    const start = part * partBytes;
    if (this.#bytes.length < start + bytes.length) this.#growTo(start + bytes.length);
    this.#bytes.set(bytes, start);
    for (const byte of bytes) this.#count += bitsOf(byte);
  }

  #partOf(part: number): Uint8Array {
    return this.#bytes.subarray(part * partBytes, (part + 1) * partBytes);
  }

  #growTo(length: number): void {
    const whole = Math.ceil(Math.max(length, this.#bytes.length * 1.25) / partBytes) * partBytes;
    const grown = new Uint8Array(whole);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function bitsOf(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

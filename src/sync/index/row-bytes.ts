/** Writes and reads the bytes of a row of the index, part by part. */
import { CodedError, invariant } from '../../core/errors.ts';

/** Numbers for names that come up again in every row; the same name always has the same one. */
export interface Names {
  numberOf(name: string): number;
  nameOf(number: number): string | undefined;
}

/** Names of types and kinds by number, in the order in which they came up. */
export class Interned implements Names {
  readonly names: string[];
  readonly #numbers: Map<string, number>;

  constructor(names: readonly string[]) {
    this.names = [...names];
    this.#numbers = new Map(names.map((name, at) => [name, at]));
  }

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    invariant(this.names.length < 255, 'a mapping has fewer than 255 types and kinds');
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  nameOf(number: number): string | undefined {
    return this.names[number];
  }
}

/** Puts a row together in a buffer that is used again for the next one. */
export class RowWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #at = 0;

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
    return this;
  }

  short(value: number): this {
    this.#reserve(2);
    this.#at = this.#bytes.writeUInt16LE(value, this.#at);
    return this;
  }

  number(value: number): this {
    this.#reserve(4);
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
    return this;
  }

  /** As many bytes as the text has characters, or half of that for `hex`. */
  raw(value: string, encoding: 'latin1' | 'hex'): this {
    this.#reserve(value.length);
    this.#at += this.#bytes.write(value, this.#at, encoding);
    return this;
  }

  /** A text behind its length in bytes. */
  text(value: string): this {
    this.#reserve(4 + value.length * 3); // a UTF-16 code unit takes three bytes of UTF-8 at most
    const length = this.#bytes.write(value, this.#at + 4, 'utf8');
    this.number(length);
    this.#at += length;
    return this;
  }

  /** The row. */
  end(): Buffer {
    const row = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    return row;
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}

/** Takes a row apart. Every part throws `SW_CHECKPOINT_CORRUPT` when the bytes end before it does. */
export class RowReader {
  readonly #bytes: Buffer;
  readonly #length: number;
  #at = 0;

  /** @param length of the row: the buffer may be longer. */
  constructor(bytes: Buffer, length: number) {
    this.#bytes = bytes;
    this.#length = length;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#length;
  }

  byte(what: string): number {
    return this.#bytes[this.#pass(1, what)] as number; // it lies within the row
  }

  short(what: string): number {
    return this.#bytes.readUInt16LE(this.#pass(2, what));
  }

  number(what: string): number {
    return this.#bytes.readUInt32LE(this.#pass(4, what));
  }

  raw(bytes: number, encoding: 'latin1' | 'hex', what: string): string {
    const from = this.#pass(bytes, what);
    return this.#bytes.toString(encoding, from, from + bytes);
  }

  text(what: string): string {
    const length = this.number(what);
    const from = this.#pass(length, what);
    return this.#bytes.toString('utf8', from, from + length);
  }

  #pass(bytes: number, what: string): number {
    const from = this.#at;
    if (from + bytes > this.#length) throw unknownRow(`a row that ends in ${what}`);
    this.#at = from + bytes;
    return from;
  }
}

export function unknownRow(found: string): CodedError {
  return new CodedError('SW_CHECKPOINT_CORRUPT', {
    doing: 'reading a row of the entity index',
    expected: 'a row of the known layout',
    found,
    todo: 'Rebuild the index: syncwarden index ID rebuild',
  });
}

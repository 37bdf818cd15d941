/**
 * Writes JSON as bytes into memory that is used again.
 *
 * What a step changed is a few hundred bytes; put together as text they are dozens of short-lived strings, which cost
 * more than all the rest of a commit.
 */
import type { Json, JsonObject } from '../../core/json.ts';

const [quote, comma, zero, backslash] = [0x22, 0x2c, 0x30, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Longer texts are left to `JSON.stringify`, which is faster where there is more to do. */
const shortText = 64;

export class JsonWriter {
  protected buffer = Buffer.allocUnsafe(64 * 1024);
  /** Where the next byte goes; set it back to take back what was written after. */
  end = 0;

  /** Writes text of ASCII as it is. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { buffer } = this;
    let { end } = this;
    for (let at = 0; at < text.length; at += 1) buffer[end++] = text.charCodeAt(at);
    this.end = end;
  }

  /**
   * Writes the JSON of a value.
   *
   * @throws TypeError when it has none
   */
  json(value: Json): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.ascii(value ? 'true' : 'false');
    else if (value === null) this.ascii('null');
    else if (typeof value !== 'object') throw new TypeError(`${typeof value} is not JSON`);
    else if (Array.isArray(value)) this.#items(value);
    else this.#members(value as JsonObject); // arrays were taken before; Array.isArray does not narrow readonly ones
  }

  /** Writes the name of a member and its colon, after a comma unless it is the first. */
  name(name: string, isFirst: boolean): void {
    const bytes = nameBytes(name);
    this.reserve(bytes.length + 1);
    const { buffer } = this;
    let { end } = this;
    if (!isFirst) buffer[end++] = comma;
    for (let at = 0; at < bytes.length; at += 1) buffer[end++] = bytes[at] as number;
    this.end = end;
  }

  /** Begins an object. */
  open(): void {
    this.byte(openBrace);
  }

  /** Ends an object. */
  close(): void {
    this.byte(closeBrace);
  }

  /** What was written since `end` was `begin`; good until more is written. */
  since(begin: number): Buffer {
    return this.buffer.subarray(begin, this.end);
  }

  /** Makes room for so many bytes more. */
  protected reserve(bytes: number): void {
    const needed = this.end + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.end);
    this.buffer = larger;
  }

  protected byte(value: number): void {
    this.reserve(1);
    this.buffer[this.end++] = value;
  }

  #members(members: JsonObject): void {
    this.byte(openBrace);
    let isFirst = true;
    for (const name in members) {
      const value = members[name];
      if (value === undefined) continue;
      this.name(name, isFirst);
      this.json(value);
      isFirst = false;
    }
    this.byte(closeBrace);
  }

  #items(items: readonly Json[]): void {
    this.byte(openBracket);
    for (let at = 0; at < items.length; at += 1) {
      if (at > 0) this.byte(comma);
      this.json(items[at] as Json);
    }
    this.byte(closeBracket);
  }

  #text(text: string): void {
    if (text.length >= shortText || !this.#plain(text)) this.#utf8(JSON.stringify(text));
  }

  /** Writes a text between quotes; answers false, having written nothing, when JSON or UTF-8 writes it otherwise. */
  #plain(text: string): boolean {
    this.reserve(text.length + 2);
    const { buffer } = this;
    let { end } = this;
    buffer[end++] = quote;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit < 0x20 || unit > 0x7e || unit === quote || unit === backslash) return false;
      buffer[end++] = unit;
    }
    buffer[end++] = quote;
    this.end = end;
    return true;
  }

  #utf8(text: string): void {
    this.reserve(text.length * 3); // UTF-8 takes up to three bytes for one unit of UTF-16
    this.end += this.buffer.write(text, this.end);
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && value >= 0) this.#integer(value);
    else this.ascii(Number.isFinite(value) ? `${value}` : 'null');
  }

  /** A time in milliseconds is more than the processor's small integers hold: as two of them it is written much faster. */
  #integer(value: number): void {
    const high = Math.floor(value / 10 ** 8);
    if (high > 0) this.#digits(high, 1);
    this.#digits(value - high * 10 ** 8, high > 0 ? 8 : 1);
  }

  /** Writes an integer below 10^9 with so many digits at least. */
  #digits(value: number, least: number): void {
    let count = least;
    for (let limit = 10 ** least; value >= limit; limit *= 10) count += 1;
    this.reserve(count);
    const { buffer } = this;
    let left = value;
    for (let at = this.end + count - 1; at >= this.end; at -= 1) {
      const rest = (left / 10) | 0;
      buffer[at] = zero + left - rest * 10;
      left = rest;
    }
    this.end += count;
  }
}

/** Names with their colons: a machine has few, and writes them again and again. */
const names = new Map<string, Uint8Array>();
const namesMax = 10_000;

function nameBytes(name: string): Uint8Array {
  let bytes = names.get(name);
  if (bytes === undefined) {
    bytes = Buffer.from(`${JSON.stringify(name)}:`);
    if (names.size < namesMax) names.set(name, bytes);
  }
  return bytes;
}

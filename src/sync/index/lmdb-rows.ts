/** One table of an LMDB environment: rows in groups, decoded and checked on read. */
import { createHash } from 'node:crypto';
import type { Database } from 'lmdb';

/** How a row is found: rows of one group lie together. */
export type RowKey = [group: string, key: string];

/** LMDB keys hold at most 1978 bytes; a longer key is stored under its hash, the row itself carries the whole key. */
const keyBytesMax = 700;

/** Whether the key of a row does not tell the key of what it holds. */
export function isLong(key: string): boolean {
  return key.length * 3 > keyBytesMax && Buffer.byteLength(key) > keyBytesMax;
}

function rowKey(group: string, key: string): RowKey {
  return [group, isLong(key) ? `sha256:${createHash('sha256').update(key).digest('hex')}` : key];
}

/** How the rows of a table are read and written. */
export interface RowFormat<Row> {
  readonly encoding: 'msgpack' | 'binary';
  decode(value: unknown, at: RowKey, length: number): Row;
  encode(row: Row): unknown;
}

/** One table of rows in two levels, checked on read. */
export class Rows<Row> {
  readonly #table: Database<unknown, RowKey>;
  readonly #format: RowFormat<Row>;
  readonly #batchSize: number;

  constructor(table: Database<unknown, RowKey>, format: RowFormat<Row>, batchSize: number) {
    this.#table = table;
    this.#format = format;
    this.#batchSize = batchSize;
  }

  get(group: string, key: string): Row | null {
    const at = rowKey(group, key);
    if (this.#format.encoding === 'msgpack') {
      const value = this.#table.get(at);
      return value === undefined ? null : this.#format.decode(value, [group, key], 0);
    }
    // The bytes lie in a buffer that the next read uses again: they are decoded before anything else happens.
    const bytes = this.#table.getBinaryFast(at) as (Buffer & { length: number }) | undefined;
    return bytes === undefined ? null : this.#format.decode(bytes, [group, key], bytes.length);
  }

  putSync(group: string, key: string, row: Row): void {
    this.#table.putSync(rowKey(group, key), this.#format.encode(row));
  }

  dropSync(group: string, key: string): void {
    this.#table.removeSync(rowKey(group, key));
  }

  clearSync(): void {
    this.#table.clearSync();
  }

  count(group?: string): number {
    return this.#table.getKeysCount(group === undefined ? {} : { start: bound(group), end: afterGroup(group) });
  }

  /** Each batch is its own short read transaction: a long one would keep LMDB from reusing freed pages. */
  async *batches(group?: string): AsyncGenerator<readonly Row[]> {
    let last: RowKey | null = null;
    for (;;) {
      const range = this.#table.getRange({
        ...(last ? { start: last, exclusiveStart: true } : group === undefined ? {} : { start: bound(group) }),
        ...(group === undefined ? {} : { end: afterGroup(group) }),
        limit: this.#batchSize,
      });
      const rows = Array.from(range);
      if (rows.length > 0) {
        yield rows.map(({ key, value }) => this.#format.decode(value, key, Buffer.isBuffer(value) ? value.length : 0));
      }
      if (rows.length < this.#batchSize) return;
      last = rows.at(-1)?.key ?? null;
    }
  }
}

/** The lowest possible key of a group. */
function bound(group: string): RowKey {
  return [group] as unknown as RowKey; // a bound may be shorter than a key; the library's type asks for a whole one
}

/** The first key beyond a group: array members are separated by a null byte, which sorts before `\u0001`. */
function afterGroup(group: string): RowKey {
  return bound(`${group}\u0001`);
}

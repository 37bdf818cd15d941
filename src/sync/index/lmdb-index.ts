/**
 * The entity index on disk: one LMDB environment per integration.
 *
 * A commit is one LMDB transaction, flushed before it resolves: `overlappingSync` is off, because with it a commit is
 * visible before it is durable. Values are checked on read; what does not fit is reported, never guessed at.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type Database, open } from 'lmdb';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { checkpointSchema } from '../checkpoint.ts';
import {
  type EntityIndex,
  type IndexCommit,
  indexEntrySchema,
  indexedRecordSchema,
  intentSchema,
  rejectedEntitySchema,
} from './entity-index.ts';
import { takeOwnership } from './owner-lock.ts';

type RowKey = [group: string, key: string];

const formatVersion = 1;

/** LMDB keys hold at most 1978 bytes; a longer key is stored under its hash, the row itself carries the whole key. */
const keyBytesMax = 700;

function rowKey(group: string, key: string): RowKey {
  const long = Buffer.byteLength(key) > keyBytesMax;
  return [group, long ? `sha256:${createHash('sha256').update(key).digest('hex')}` : key];
}

/** One table of rows in two levels, checked on read. */
class Rows<Row> {
  readonly #table: Database<unknown, RowKey>;
  readonly #parse: (value: unknown) => Row;
  readonly #batchSize: number;

  constructor(table: Database<unknown, RowKey>, parse: (value: unknown) => Row, batchSize: number) {
    this.#table = table;
    this.#parse = parse;
    this.#batchSize = batchSize;
  }

  get(group: string, key: string): Row | null {
    const value = this.#table.get(rowKey(group, key));
    return value === undefined ? null : this.#parse(value);
  }

  putSync(group: string, key: string, row: Row): void {
    this.#table.putSync(rowKey(group, key), row);
  }

  dropSync(group: string, key: string): void {
    this.#table.removeSync(rowKey(group, key));
  }

  count(group: string): number {
    return this.#table.getKeysCount({ start: bound(group), end: afterGroup(group) });
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
      if (rows.length > 0) yield rows.map((row) => this.#parse(row.value));
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

/** Where the index lives, and how much of it is read at once. */
export interface LmdbIndexOptions {
  /** Created when missing; one integration each. */
  readonly folder: string;
  /** Rows per batch of an iteration. @default 500 */
  readonly batchSize?: number;
}

/**
 * Opens the index of one integration and takes its lock.
 *
 * @throws CodedError `SW_DATA_LOCKED`, `SW_DATA_UNWRITABLE`, `SW_CHECKPOINT_CORRUPT`.
 */
export function openLmdbIndex({ folder, batchSize = 500 }: LmdbIndexOptions): EntityIndex {
  mkdirSync(folder, { recursive: true });
  const release = takeOwnership(folder);
  const root = open({ path: folder, overlappingSync: false, maxDbs: 8 });
  const parser =
    <Row>(what: string, schema: z.ZodType<Row>) =>
    (value: unknown): Row => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      throw corrupt(folder, what, z.prettifyError(parsed.error));
    };
  const rows = <Row>(name: string, schema: z.ZodType<Row>) =>
    new Rows<Row>(root.openDB<unknown, RowKey>({ name }), parser(name, schema), batchSize);
  const entries = rows('entries', indexEntrySchema);
  const records = rows('records', indexedRecordSchema);
  const intents = rows('intents', intentSchema);
  const rejected = rows('rejected', rejectedEntitySchema);
  const meta = root.openDB<unknown, string>({ name: 'meta' });
  const found = meta.get('format') ?? formatVersion;
  if (found !== formatVersion) {
    release();
    throw corrupt(folder, 'format', `version ${String(found)} instead of ${formatVersion}`);
  }

  function apply(changes: IndexCommit): void {
    for (const { type, key } of changes.dropEntries ?? []) entries.dropSync(type, key);
    for (const row of changes.putEntries ?? []) entries.putSync(row.type, row.key, row);
    for (const { kind, key } of changes.dropRecords ?? []) records.dropSync(kind, key);
    for (const row of changes.putRecords ?? []) records.putSync(row.kind, row.key, row);
    for (const { type, key } of changes.dropIntents ?? []) intents.dropSync(type, key);
    for (const row of changes.putIntents ?? []) intents.putSync(row.type, row.key, row);
    for (const { type, key } of changes.dropRejected ?? []) rejected.dropSync(type, key);
    for (const row of changes.putRejected ?? []) rejected.putSync(row.type, row.key, row);
    if (changes.checkpoint) meta.putSync('checkpoint', changes.checkpoint);
    meta.putSync('format', formatVersion);
  }

  const readCheckpoint = parser('checkpoint', checkpointSchema);
  return {
    async checkpoint() {
      const value = meta.get('checkpoint');
      return value === undefined ? null : readCheckpoint(value);
    },
    lookup: async (refs) => refs.map(({ type, key }) => entries.get(type, key)),
    lookupRecords: async (origins) => origins.map(({ kind, key }) => records.get(kind, key)),
    lookupRejected: async (refs) => refs.map(({ type, key }) => rejected.get(type, key)),
    entries: (type) => entries.batches(type),
    records: (kind) => records.batches(kind),
    intents: () => intents.batches(),
    rejected: () => rejected.batches(),
    countEntries: async (type) => entries.count(type),
    async commit(changes) {
      try {
        root.transactionSync(() => apply(changes));
      } catch (error) {
        throw storeFailed(folder, error);
      }
    },
    async close() {
      await root.close();
      release();
    },
  };
}

function storeFailed(folder: string, cause: unknown): CodedError {
  return new CodedError('SW_STORE_FAILED', {
    doing: `committing to the entity index ${folder}`,
    expected: 'a flushed transaction',
    found: cause instanceof Error ? cause.message : String(cause),
    todo: 'Check the free space and the health of the disk; the run goes on from its last checkpoint',
    cause,
  });
}

function corrupt(folder: string, what: string, found: string): CodedError {
  return new CodedError('SW_CHECKPOINT_CORRUPT', {
    doing: `reading ${what} of the entity index ${folder}`,
    expected: 'a value of the known shape',
    found,
    todo: 'Remove the folder: the next run rebuilds the index from the markers in the target',
  });
}

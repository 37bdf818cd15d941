/**
 * The entity index on disk: one LMDB environment per integration.
 *
 * A commit is one LMDB transaction, flushed before it resolves: `overlappingSync` is off, because with it a commit is
 * visible before it is durable. Values are checked on read; what does not fit is reported, never guessed at.
 */
import { mkdirSync } from 'node:fs';
import { open } from 'lmdb';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import { checkpointSchema } from '../checkpoint.ts';
import {
  type EntityIndex,
  type IndexCommit,
  type IndexEntry,
  type IndexedRecord,
  intentSchema,
  type MarkName,
  rejectedEntitySchema,
} from './entity-index.ts';
import { decodeEntry, encodeEntry } from './entry-row.ts';
import { isLong, type RowFormat, type RowKey, Rows } from './lmdb-rows.ts';
import { MarkSets } from './mark-sets.ts';
import { takeOwnership } from './owner-lock.ts';
import { decodeRecord, encodeRecord } from './record-row.ts';
import { Interned, RowWriter } from './row-bytes.ts';

/** 3: records and entities as bytes. An index of another format is rebuilt from the target. */
const formatVersion = 3;

/** Where the index lives, and how much of it is read at once. */
export interface LmdbIndexOptions {
  /** Created when missing; one integration each. */
  readonly folder: string;
  /** Rows per batch of an iteration. @default 500 */
  readonly batchSize?: number;
}

/**
 * Opens the index of one integration and takes its lock. One of another format is emptied: the next run rebuilds it from
 * the markers in the target.
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
  const tables = { entries: 'binary', records: 'binary', intents: 'msgpack', rejected: 'msgpack' } as const;
  type TableName = keyof typeof tables;
  const table = (name: TableName) => root.openDB<unknown, RowKey>({ name, encoding: tables[name] });
  const rows = <Row>(name: TableName, coding: Omit<RowFormat<Row>, 'encoding'>) =>
    new Rows<Row>(table(name), { encoding: tables[name], ...coding }, batchSize);
  const parsed = <Row>(name: TableName, schema: z.ZodType<Row>) =>
    rows<Row>(name, { decode: parser(name, schema), encode: (row) => row });
  const meta = root.openDB<unknown, string>({ name: 'meta' });
  const parts = root.openDB<Buffer, [MarkName, number]>({ name: 'marks', encoding: 'binary' });
  const names = new Interned(parser('the names of types', z.array(z.string()))(meta.get('types') ?? []));
  const writer = new RowWriter();
  const entries = rows<IndexEntry>('entries', {
    decode: (bytes, [type, key], length) => decodeEntry(bytes as Buffer, { type, key, length }, names),
    encode: (row) => encodeEntry(row, names, isLong(row.key), writer),
  });
  const records = rows<IndexedRecord>('records', {
    decode: (bytes, [kind, key], length) => decodeRecord(bytes as Buffer, { kind, key, length }, names),
    encode: (row) => encodeRecord(row, names, isLong(row.key), writer),
  });
  const intents = parsed('intents', intentSchema);
  const rejected = parsed('rejected', rejectedEntitySchema);
  const sets = new MarkSets();

  if ((meta.get('format') ?? formatVersion) !== formatVersion) {
    for (const one of [entries, records, intents, rejected]) one.clearSync();
    parts.clearSync();
    meta.clearSync();
  }
  sets.loadNumbers(parser('the numbers of rows', z.record(z.string(), z.number().int()))(meta.get('numbers') ?? {}));
  for (const { key, value } of parts.getRange({})) sets.marks(key[0]).load(key[1], value);
  sets.saved();

  function apply(changes: IndexCommit): void {
    for (const { type, key } of changes.dropEntries ?? []) entries.dropSync(type, key);
    for (const row of changes.putEntries ?? []) entries.putSync(row.type, row.key, row);
    for (const { kind, key } of changes.dropRecords ?? []) records.dropSync(kind, key);
    for (const row of changes.putRecords ?? []) records.putSync(row.kind, row.key, row);
    for (const { type, key } of changes.dropIntents ?? []) intents.dropSync(type, key);
    for (const row of changes.putIntents ?? []) intents.putSync(row.type, row.key, row);
    for (const { type, key } of changes.dropRejected ?? []) rejected.dropSync(type, key);
    for (const row of changes.putRejected ?? []) rejected.putSync(row.type, row.key, row);
    for (const { name, part, bytes } of sets.changes()) parts.putSync([name, part], Buffer.from(bytes));
    if (changes.checkpoint) meta.putSync('checkpoint', changes.checkpoint);
    meta.putSync('numbers', sets.numbers);
    meta.putSync('types', names.names);
    meta.putSync('format', formatVersion);
  }

  const rowOf = {
    entry: (type: string, key: string) => entries.get(type, key),
    record: (kind: string, key: string) => records.get(kind, key),
  };
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
    countEntries: async (type) => sets.marks(`rows:${type}`).count,
    countRejected: async () => rejected.count(),
    marks: sets.marks,
    nextNumber: sets.nextNumber,
    async commit(changes) {
      let undo = () => {};
      try {
        undo = sets.change(changes, rowOf);
        root.transactionSync(() => apply(changes));
      } catch (error) {
        undo();
        throw storeFailed(folder, error);
      }
      sets.saved();
    },
    async reset() {
      sets.clear();
      try {
        root.transactionSync(() => {
          entries.clearSync();
          records.clearSync();
          parts.clearSync();
          meta.removeSync('checkpoint');
        });
      } catch (error) {
        throw storeFailed(folder, error);
      }
      sets.saved();
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
    todo: 'Rebuild the index: syncwarden index ID rebuild. Where that fails as well, remove the folder',
  });
}

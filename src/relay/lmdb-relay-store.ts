/**
 * The state of a relay on disk: one LMDB environment.
 *
 * A commit is one LMDB transaction, flushed before it resolves: `overlappingSync` is off, because with it a commit is
 * visible before it is durable. Values are checked on read; what does not fit is reported, never guessed at.
 */
import { mkdirSync } from 'node:fs';
import { type Database, open } from 'lmdb';
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';
import { noRelayCounters, relayCountersSchema } from './relay-counters.ts';
import { freshProgress, type RelayChanges, relayProgressSchema, relayRowSchema, seenIdSchema } from './relay-state.ts';
import type { RelayStore } from './relay-store.ts';

const formatVersion = 1;

export interface LmdbRelayStoreOptions {
  /** Created when missing; one relay each. Whoever opens it makes sure that nobody else does. */
  readonly folder: string;
}

/** @throws CodedError `SW_DATA_UNWRITABLE`, `SW_CHECKPOINT_CORRUPT` (also from `load`), `SW_STORE_FAILED` from `commit`. */
export function openLmdbRelayStore({ folder }: LmdbRelayStoreOptions): RelayStore {
  const root = openRoot(folder);
  const rows = root.openDB<unknown, number>({ name: 'rows' });
  const ids = root.openDB<unknown, number>({ name: 'ids' });
  const meta = root.openDB<unknown, string>({ name: 'meta' });

  function parse<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw corrupt(folder, what, z.prettifyError(parsed.error));
  }
  const all = <T>(what: string, schema: z.ZodType<T>, table: Database<unknown, number>): T[] =>
    Array.from(table.getRange(), ({ value }) => parse(what, schema, value));

  function apply(changes: RelayChanges): void {
    for (const n of changes.dropRows ?? []) rows.removeSync(n);
    for (const row of changes.putRows ?? []) rows.putSync(row.n, row);
    for (const { n } of changes.dropIds ?? []) ids.removeSync(n);
    for (const seen of changes.putIds ?? []) ids.putSync(seen.n, seen);
    if (changes.progress) meta.putSync('progress', changes.progress);
    if (changes.counters) meta.putSync('counters', changes.counters);
    meta.putSync('format', formatVersion);
  }

  return {
    async load() {
      const format = meta.get('format') ?? formatVersion;
      if (format !== formatVersion)
        throw corrupt(folder, 'format', `version ${String(format)} instead of ${formatVersion}`);
      return {
        progress: parse('progress', relayProgressSchema, meta.get('progress') ?? freshProgress),
        counters: parse('counters', relayCountersSchema, meta.get('counters') ?? noRelayCounters()),
        rows: all('rows', relayRowSchema, rows),
        ids: all('ids', seenIdSchema, ids),
      };
    },
    async commit(changes) {
      try {
        root.transactionSync(() => apply(changes));
      } catch (error) {
        throw storeFailed(folder, error);
      }
    },
    close: () => root.close(),
  };
}

function openRoot(folder: string) {
  try {
    mkdirSync(folder, { recursive: true });
    return open({ path: folder, overlappingSync: false, maxDbs: 4 });
  } catch (cause) {
    throw new CodedError('SW_DATA_UNWRITABLE', {
      doing: `opening the state of the events relay ${folder}`,
      expected: 'a folder that can be written',
      found: cause instanceof Error ? cause.message : String(cause),
      todo: 'Check the folder above it, its owner and the free space',
      cause,
    });
  }
}

function storeFailed(folder: string, cause: unknown): CodedError {
  return new CodedError('SW_STORE_FAILED', {
    doing: `committing to the state of the events relay ${folder}`,
    expected: 'a flushed transaction',
    found: cause instanceof Error ? cause.message : String(cause),
    todo: 'Check the free space and the health of the disk; the relay goes on from its last commit',
    cause,
  });
}

function corrupt(folder: string, what: string, found: string): CodedError {
  return new CodedError('SW_CHECKPOINT_CORRUPT', {
    doing: `reading ${what} of the events relay ${folder}`,
    expected: 'a value of the known shape',
    found,
    todo: 'Remove the folder: the relay begins anew with the next event, what happened meanwhile is not relayed',
  });
}

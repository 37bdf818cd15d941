/** Files that another system exports, as the source of a synchronization: CSV and JSON lines. */
import type { Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import type { Source } from '../connector.ts';
import { createKindReader, type KindReader } from './kind-reader.ts';
import { type FileSourceOptions, fileSourceOptionsSchema, filesToRead } from './options.ts';

export interface FileSourceParts extends FileSourceOptions {
  /** Tells how old a file is. */
  readonly clock: Clock;
}

/** Reads that may go on at once: each holds a file open. */
const maxConcurrency = 4;

/**
 * A {@link Source} over one file for each kind. A file is read once from its beginning to its end before a record of it
 * is given: one that is missing, cut off, malformed, or written meanwhile is an error, never a shorter list. Nothing is
 * read before the first call.
 *
 * @throws a `ZodError` for options that do not parse.
 */
export function createFileSource({ clock, ...options }: FileSourceParts): Source {
  const settings = fileSourceOptionsSchema.parse(options);
  const files = filesToRead(settings);
  const readers = new Map(files.map((file) => [file.kind, createKindReader(file, settings.pageSize)]));
  const readerOf = (kind: string): KindReader => {
    const reader = readers.get(kind);
    if (reader === undefined) throw unknownKind(kind, [...readers.keys()]);
    return reader;
  };

  return {
    capabilities: {
      listing: 'stream',
      totals: 'exact',
      detailRequired: false,
      maxConcurrency,
      changeFeed: 'bookmark',
      tombstones: 'none',
      recordVersion: false,
      volatileFields: [...new Set(files.flatMap((file) => file.settings.volatileFields))],
    },
    kinds: [...readers.keys()],
    async probe(signal) {
      const begun = clock.monotonic();
      const written = await Promise.all([...readers.values()].map((reader) => reader.modifiedAt(signal)));
      const dataAgeMs = Math.max(0, clock.now() - Math.min(...written));
      return { product: 'files', version: null, latencyMs: clock.monotonic() - begun, dataAgeMs };
    },
    walk: async (kind, cursor, signal) => readerOf(kind).walk(cursor, signal),
    async *keys(kind, signal) {
      yield* readerOf(kind).keys(signal);
    },
    get: async (kind, key, signal) => readerOf(kind).get(key, signal),
    changes: async (kind, cursor, signal) => readerOf(kind).changes(cursor, signal),
    async close() {
      for (const reader of readers.values()) reader.forget();
    },
  };
}

function unknownKind(kind: string, kinds: readonly string[]): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: 'choosing the file to read',
    expected: `one of ${kinds.join(', ')}`,
    found: kind,
    todo: 'Correct the mapping, or add a file of that kind',
  });
}

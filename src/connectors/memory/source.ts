/** A source whose records lie in memory: for embedding, where the program has the records itself, and for tests. */
import { CodedError } from '../../core/errors.ts';
import { type JsonObject, toJson } from '../../core/json.ts';
import type { Cursor, Source, SourceRecord } from '../connector.ts';
import { type Interceptor, intercepted, type Operation } from './interceptor.ts';
import { type KeyPage, pageOf } from './page.ts';
import { RecordedMap } from './recorded-map.ts';

export interface MemorySourceOptions {
  /**
   * Records by kind and key. The maps may be changed at any time, also during a walk. Where every one of them is a
   * {@link RecordedMap}, the source has a change feed.
   */
  readonly records: { readonly [kind: string]: ReadonlyMap<string, JsonObject> };
  /** Records per page, of walks and of changes. Default 100. */
  readonly pageSize?: number;
  /** Default 8. */
  readonly maxConcurrency?: number;
  /** What the probe reports. Default product `memory` without a version. */
  readonly system?: { readonly product: string; readonly version: string | null };
  readonly interceptor?: Interceptor;
}

/**
 * A {@link Source} over maps. Pages follow the order of the keys: what comes behind the cursor while the walk goes on is
 * shown, what comes before it is not. Records are copies.
 */
export function createMemorySource(options: MemorySourceOptions): Source {
  const { records, pageSize = 100, maxConcurrency = 8, system = { product: 'memory', version: null } } = options;
  const run = <T>(
    call: Operation['call'],
    of: string | null,
    subject: string | null,
    signal: AbortSignal,
    effect: () => T,
  ) => intercepted(options.interceptor, { call, of, subject }, signal, effect);

  const mapOf = (kind: string): ReadonlyMap<string, JsonObject> => {
    const map = Object.hasOwn(records, kind) ? records[kind] : undefined;
    if (map === undefined) throw unknownKind(kind, Object.keys(records));
    return map;
  };
  const recordOf = (kind: string, key: string): readonly SourceRecord[] => {
    const value = mapOf(kind).get(key);
    return value === undefined ? [] : [{ kind, key, value: toJson(value) as JsonObject }]; // an object before, so one after
  };

  const recorded = new Map(
    Object.entries(records).flatMap(([kind, map]) => (map instanceof RecordedMap ? [[kind, map] as const] : [])),
  );
  const changes: Source['changes'] = (kind, cursor, signal) =>
    run('changes', kind, null, signal, () => {
      const map = recorded.get(kind);
      if (map === undefined) throw unknownKind(kind, [...recorded.keys()]);
      const { keys, ...page } = map.changedSince(cursor, pageSize);
      const changed = keys.flatMap((key) => recordOf(kind, key));
      return { changed, removed: keys.filter((key) => !map.has(key)), ...page };
    });
  const allRecorded = recorded.size > 0 && recorded.size === Object.keys(records).length;

  return {
    capabilities: {
      listing: 'stream',
      totals: 'exact',
      detailRequired: false,
      maxConcurrency,
      changeFeed: allRecorded ? 'bookmark' : 'none',
      tombstones: allRecorded ? 'explicit' : 'none',
    },
    kinds: Object.keys(records),
    probe: (signal) => run('probe', null, null, signal, () => ({ ...system, latencyMs: 0 })),
    walk: (kind, cursor, signal) =>
      run('walk', kind, null, signal, () => {
        const map = mapOf(kind);
        const page = pageOf(map.keys(), cursor, pageSize);
        return { records: page.keys.flatMap((key) => recordOf(kind, key)), next: page.next, total: map.size };
      }),
    async *keys(kind, signal) {
      for (let from: Cursor | null = null, more = true; more; more = from !== null) {
        const cursor: Cursor | null = from;
        const page: KeyPage = await run('keys', kind, null, signal, () => pageOf(mapOf(kind).keys(), cursor, pageSize));
        yield page.keys;
        from = page.next;
      }
    },
    get: (kind, key, signal) => run('get', kind, key, signal, () => recordOf(kind, key)[0] ?? null),
    ...(allRecorded ? { changes } : {}),
    close: async () => {},
  };
}

function unknownKind(kind: string, kinds: readonly string[]): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: 'choosing what to read from memory',
    expected: `one of ${kinds.join(', ')}`,
    found: kind,
    todo: 'Correct the mapping',
  });
}

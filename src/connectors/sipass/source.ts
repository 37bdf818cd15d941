/** SiPass integrated as the source of a synchronization, read over its HR API. */
import type { Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import type { Source } from '../connector.ts';
import type { LimitChange } from '../http/adaptive-gate.ts';
import { createCardholderReader } from './cardholder-reader.ts';
import { createHrApi, type HrApi } from './hr-api.ts';
import type { KindReader } from './kind-reader.ts';
import { createListReader } from './list-reader.ts';
import { tokenRowSchema } from './list-reply.ts';
import { type SipassOptions, type SipassSettings, sipassOptionsSchema } from './options.ts';
import { floorGroupRowSchema, floorGroupValue, placeRowSchema, placeValue } from './place.ts';
import { createWorkgroupGet } from './workgroup-get.ts';

export interface SipassSourceOptions extends SipassOptions {
  /** Times renewals and deadlines. */
  readonly clock: Clock;
  /** Hears when more or fewer requests are sent at once than before, and why. Must not throw. */
  readonly onLimit?: (change: LimitChange) => void;
}

/**
 * A {@link Source} over the HR API, with one session for all calls. Nothing is sent before the first call. A read that
 * found the session dead is repeated once in a new one; everything else is for the caller to repeat.
 *
 * @throws CodedError `SW_CONFIG_UNREADABLE` when `caFile` cannot be read; a `ZodError` for options that do not parse.
 */
export function createSipassSource({ clock, onLimit, ...options }: SipassSourceOptions): Source {
  const settings = sipassOptionsSchema.parse(options);
  return sourceOver(createHrApi(settings, clock, onLimit), settings, clock);
}

/** The source over a session that others may use, too; closing it ends the session for all of them. */
export function sourceOver(api: HrApi, settings: SipassSettings, clock: Clock): Source {
  const getWorkgroup = createWorkgroupGet(api);
  const places = { row: placeRowSchema, value: async (row: Parameters<typeof placeValue>[0]) => placeValue(row) };
  const readers: readonly KindReader[] = [
    createListReader(api, settings, {
      kind: 'workgroup',
      path: '/WorkGroups',
      row: tokenRowSchema,
      value: async (row, signal) => (await getWorkgroup(row.Token, signal))?.value ?? null,
      get: getWorkgroup,
    }),
    createListReader(api, settings, { kind: 'access-point', path: '/AccessPoints', ...places }),
    createListReader(api, settings, { kind: 'access-point-group', path: '/AccessPointGroups', ...places }),
    createListReader(api, settings, {
      kind: 'floor-point-group',
      path: '/FloorPointGroups',
      row: floorGroupRowSchema,
      value: async (row) => floorGroupValue(row),
    }),
    createCardholderReader(api, settings, clock),
  ];
  const kinds = readers.map(({ kind }) => kind);
  const readerOf = (kind: string): KindReader => {
    const reader = readers.find((one) => one.kind === kind);
    if (reader === undefined) throw unknownKind(kind, kinds);
    return reader;
  };

  return {
    capabilities: {
      listing: 'window',
      totals: 'unreliable',
      detailRequired: true,
      maxConcurrency: settings.concurrency,
      changeFeed: 'none',
      tombstones: 'none',
      recordVersion: false,
      volatileFields: ['TraceDetails', 'Potrait', 'noCache', '_links'],
    },
    kinds,
    probe: (signal) => api.probe(signal),
    walk: async (kind, cursor, signal) => readerOf(kind).walk(cursor, signal),
    async *keys(kind, signal) {
      yield* readerOf(kind).keys(signal);
    },
    get: async (kind, key, signal) => readerOf(kind).get(key, signal),
    close: () => api.close(),
  };
}

function unknownKind(kind: string, kinds: readonly string[]): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: 'choosing what to read from SiPass',
    expected: `one of ${kinds.join(', ')}`,
    found: kind,
    todo: 'Correct the mapping',
  });
}

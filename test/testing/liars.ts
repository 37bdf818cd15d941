/** Sources that break one promise each, given to the suite by `source-suite.test.ts` in a run of its own. */
import type { Source, SourceCapabilities, SourceRecord } from '../../src/connectors/connector.ts';
import { RecordedMap } from '../../src/connectors/memory/recorded-map.ts';
import { createMemorySource } from '../../src/connectors/memory/source.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { describeSource } from '../../src/testing/index.ts';

type Lie = (honest: Source) => Partial<Source>;

const declaring =
  (capabilities: Partial<SourceCapabilities>): Lie =>
  (honest) => ({ capabilities: { ...honest.capabilities, ...capabilities } });
const withRecords = (honest: Source, change: (record: SourceRecord) => SourceRecord): Partial<Source> => ({
  walk: async (...call) => {
    const page = await honest.walk(...call);
    return { ...page, records: page.records.map(change) };
  },
  get: async (...call) => {
    const record = await honest.get(...call);
    return record && change(record);
  },
});

const changesOf = (honest: Source, ...call: Parameters<NonNullable<Source['changes']>>) => {
  if (honest.changes === undefined) throw new Error('the honest source has no change feed');
  return honest.changes(...call);
};

const lies: { readonly [name: string]: Lie } = {
  'no lie': () => ({}),
  'a total that is wrong': (honest) => ({
    walk: async (...call) => ({ ...(await honest.walk(...call)), total: 8 }),
  }),
  'a total where none is stated': declaring({ totals: 'none' }),
  'a feed that is not declared': declaring({ changeFeed: 'none', tombstones: 'none' }),
  'a volatile member that is there': declaring({ volatileFields: ['name'] }),
  'versions that are not there': declaring({ recordVersion: true }),
  'a version that stays': (honest) => ({
    ...declaring({ recordVersion: true })(honest),
    ...withRecords(honest, (record) => ({ ...record, version: '1' })),
  }),
  'a feed that forgets changes': (honest) => ({
    changes: async (...call) => ({ ...(await changesOf(honest, ...call)), changed: [] }),
  }),
  'a feed that repeats itself for ever': (honest) => ({
    changes: async (kind, cursor, signal) => ({
      ...(await changesOf(honest, kind, cursor, signal)),
      ...(cursor === null ? {} : { next: cursor }),
    }),
  }),
  'a feed that takes any bookmark': (honest) => ({
    changes: async (kind, cursor, signal) => ({
      ...(await changesOf(honest, kind, cursor, signal)),
      refreshRequired: false,
    }),
  }),
  'a failure that looks empty': (honest) => ({
    walk: (kind, cursor, signal) =>
      honest.walk(kind, cursor, signal).catch(() => ({ records: [], next: null, total: 7 })),
  }),
};

for (const [name, lie] of Object.entries(lies)) {
  describeSource(name, async () => {
    const person = new RecordedMap(
      Array.from(
        { length: 7 },
        (_, at) => [`p${at}`, { name: `Person ${at}` }] as const satisfies [string, JsonObject],
      ),
    );
    const open = (): Source => {
      const honest = createMemorySource({ records: { person }, pageSize: 3 });
      return { ...honest, ...lie(honest) };
    };
    return {
      source: open(),
      reopen: async () => open(),
      kinds: ['person'],
      keys: async () => [...person.keys()],
      absentKey: 'p999',
      change: async () => {
        person.set('p5', { name: 'Renamed' });
        return 'p5';
      },
      remove: async () => {
        person.delete('p2');
        return 'p2';
      },
      close: async () => {},
    };
  });
}

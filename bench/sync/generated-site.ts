/**
 * A site of any size whose records are worked out when they are asked for: what memory a run takes is then its own. The
 * target holds exactly what the mapping makes of the source.
 */
import type { Source, SourceRecord, StoredEntity, Target } from '../../src/connectors/connector.ts';
import { CodedError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Mapping } from '../../src/sync/mapping.ts';

const pageSize = 500;

/** As much as SiPass tells of a person. */
export function personAt(n: number): JsonObject {
  return {
    firstName: `First${n % 977}`,
    lastName: `Last${n}`,
    email: `person${n}@site.example`,
    mobileNumber: `+41 79 ${n}`,
    employeeNumber: String(100_000 + n),
    void: n % 50 === 0,
    startDate: '2024-01-01T00:00:00',
    endDate: '2031-12-31T23:59:59',
    primaryWorkgroupId: n % 40,
    nonPartitionWorkgroups: [{ workgroupId: n % 7 }, { workgroupId: 8 + (n % 11) }],
    address: { street: `Long Street ${n % 300}`, city: 'Zurich', postCode: String(8000 + (n % 100)) },
    vehicle: { plate: `ZH ${n}`, model: 'unknown', colour: 'grey' },
    credentials: [
      { cardNumber: String(n), facilityCode: 12, profileName: 'Base', active: true, endDate: '2031-12-31' },
    ],
  };
}

export const personMapping: Mapping = {
  id: 'people@1',
  steps: [
    {
      kind: 'person',
      types: ['person'],
      map: ({ key, value }) => [{ type: 'person', key, fields: value, refs: {} }],
    },
  ],
};

const keyOf = (n: number) => `p${String(n).padStart(8, '0')}`;
const numberOf = (key: string) => Number(key.slice(1));
const report = (product: string) => ({ product, version: null, latencyMs: 0 });

export function generatedSource(size: number): Source {
  const record = (n: number): SourceRecord => ({ kind: 'person', key: keyOf(n), value: personAt(n) });
  const page = (from: number) => Array.from({ length: Math.min(pageSize, size - from) }, (_, at) => from + at);
  return {
    capabilities: { listing: 'stream', totals: 'exact', detailRequired: false, maxConcurrency: 8 },
    kinds: ['person'],
    probe: async () => report('generated source'),
    async walk(_kind, cursor) {
      const from = typeof cursor === 'number' ? cursor : 0;
      const next = from + pageSize;
      return { records: page(from).map(record), next: next < size ? next : null, total: size };
    },
    async *keys() {
      for (let from = 0; from < size; from += pageSize) yield page(from).map(keyOf);
    },
    get: async (_kind, key) => (numberOf(key) < size ? record(numberOf(key)) : null),
    close: async () => {},
  };
}

export function generatedTarget(size: number): Target {
  const stored = (n: number): StoredEntity => ({
    type: 'person',
    key: keyOf(n),
    id: `id-${keyOf(n)}`,
    fields: personAt(n),
    refs: {},
  });
  const unwanted = async (): Promise<never> => {
    throw new CodedError('SW_REFUSED', {
      doing: 'writing to the generated target',
      expected: 'that nothing has to be written',
      found: 'a write',
      todo: 'Look why the run takes something for different',
    });
  };
  return {
    capabilities: { readBatch: 100, maxConcurrency: 8, textLengthMax: 1_000 },
    types: ['person'],
    probe: async () => report('generated target'),
    async list(_type, cursor) {
      const from = typeof cursor === 'number' ? cursor : 0;
      const length = Math.min(1_000, size - from);
      const entities = Array.from({ length }, (_, at) => ({ id: `id-${keyOf(from + at)}`, key: keyOf(from + at) }));
      return { entities, next: from + length < size ? from + length : null };
    },
    read: async (_type, ids) => ids.map((id) => stored(numberOf(id.slice(3)))),
    find: async (_type, key) => [`id-${key}`],
    create: unwanted,
    update: unwanted,
    remove: unwanted,
    close: async () => {},
  };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetEntity } from '../../src/connectors/connector.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { testMapping } from '../sync/world.ts';
import { type Interruption, type Strike, VirtualSite } from './virtual-site.ts';

const groups = ['visitors', 'guests', 'press'];

const person = fc.record({
  name: fc.string({ maxLength: 12 }),
  groups: fc.subarray(groups),
  card: fc.option(fc.constant('has one'), { nil: undefined, freq: 3 }),
});

/** Up to thirty people; whoever has a card has one of his own. */
const records = fc.array(person, { maxLength: 30 }).map((people) => ({
  group: new Map<string, JsonObject>(groups.map((name) => [name, { name }])),
  person: new Map<string, JsonObject>(
    people.map(({ name, groups: of, card }, index) => [
      `p${String(index).padStart(2, '0')}`,
      { name, groups: of, ...(card === undefined ? {} : { card: `card-${index}` }) },
    ]),
  ),
}));

const operations = fc.integer({ min: 1, max: 12 });
const interruption: fc.Arbitrary<Interruption> = fc.oneof(
  fc.record({
    kind: fc.constant('connection-lost' as const),
    side: fc.constantFrom('source' as const, 'target' as const),
    when: fc.constantFrom('before' as const, 'after' as const),
    operations,
  }),
  fc.record({ kind: fc.constant('target-refuses' as const), operations }),
  fc.constant({ kind: 'plugin-killed' as const }),
  fc.constant({ kind: 'supervisor-killed' as const }),
  fc.record({ kind: fc.constant('total-lies' as const), total: fc.integer({ min: -1, max: 1_000 }) }),
  fc.record({
    kind: fc.constant('entities-vanish' as const),
    type: fc.constantFrom('group' as const, 'person' as const, 'card' as const),
    count: fc.integer({ min: 1, max: 5 }),
  }),
);
const strikes: fc.Arbitrary<readonly Strike[]> = fc.array(
  fc.record({ at: fc.integer({ min: 1, max: 260 }), interruption }),
  { maxLength: 6 },
);

/** What must be in the target: by the mapping from the source's records, with the ids the target really chose. */
function expected(site: VirtualSite): readonly string[] {
  const ids = new Map<string, string>();
  for (const [type, map] of Object.entries(site.entities))
    for (const [id, entity] of map) ids.set(`${type} ${entity.key}`, id);
  const mapped = testMapping.steps.flatMap((step) =>
    [...site.records[step.kind as 'person']].flatMap(([key, value]) => step.map({ kind: step.kind, key, value })),
  );
  return mapped
    .map(({ type, key, fields, refs }) => {
      const resolved = Object.entries(refs).map(([name, of]) => [
        name,
        of.map((ref) => ids.get(`${ref.type} ${ref.key}`) ?? '?').sort(),
      ]);
      return line(type, key, fields, Object.fromEntries(resolved));
    })
    .sort();
}

function found(site: VirtualSite): readonly string[] {
  const all: readonly TargetEntity[] = Object.values(site.entities).flatMap((map) => [...map.values()]);
  return all.map(({ type, key, fields, refs }) => line(type, key, fields, refs)).sort();
}

const line = (type: string, key: string, fields: Json, refs: Json) => JSON.stringify([type, key, fields, refs]);

describe('an interrupted synchronization', () => {
  test('always recovers: proven equal, entity by entity, nothing twice', async () => {
    let struck = 0;
    await fc.assert(
      fc.asyncProperty(records, strikes, async (given, planned) => {
        const site = new VirtualSite(given, planned);
        try {
          await site.startSupervisor();
          await site.untilRecovered(20_000);

          expect(found(site)).toEqual(expected(site));
          expect(site.createdTwice).toBe(0);
          struck += planned.length;
        } finally {
          await site.close();
        }
      }),
      { numRuns: 150, endOnFailure: false },
    );
    expect(struck).toBeGreaterThan(100);
  }, 120_000);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Digest } from '../../src/core/digest.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { TargetJudgement } from '../../src/sync/target-judgement.ts';
import type { Met } from '../../src/sync/target-pages.ts';
import { unknown, Wanted } from '../../src/sync/wanted.ts';

const type = 'person';
const keys = ['a', 'b', 'c', 'd'] as const;
const hashes = ['1', '2', '3'].map((digit) => digit.repeat(32));

/** What the index, the source and the target say of one key. */
const cases = fc.record({
  row: fc.option(fc.record({ id: fc.constantFrom('x', 'y'), hash: fc.constantFrom(...hashes) }), { nil: null }),
  want: fc.constantFrom('no', 'as-indexed', 'excused', unknown, ...hashes),
  rows: fc.uniqueArray(fc.record({ id: fc.constantFrom('x', 'y', 'z'), hash: fc.constantFrom(...hashes) }), {
    selector: ({ id }) => id,
    maxLength: 3,
  }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** No two keys share an entity. */
function ofKey(key: string, { row, want, rows }: Case): Case {
  const named = <Row extends { readonly id: string }>(one: Row) => ({ ...one, id: key + one.id });
  return { row: row && named(row), want, rows: rows.map(named) };
}

interface Expected {
  surplus: string[];
  different: string[];
  duplicates: string[];
  missing: string[];
  readonly held: Digest;
  readonly due: Digest;
}

/** The rules, one key at a time. */
function expectOf(key: string, { row, want, rows }: Case, all: Expected): void {
  const due = want === 'as-indexed' ? (row?.hash ?? unknown) : want;
  if (want === 'excused') return;
  for (const { hash } of rows) all.held.add(hash);
  if (want === 'no') return void all.surplus.push(...rows.map(({ id }) => id));
  if (due !== unknown) all.due.add(due);
  const own = rows.find(({ id }) => id === row?.id) ?? rows[0];
  if (own === undefined) return void all.missing.push(key);
  if (own.hash !== due || (row !== null && own.id !== row.id)) all.different.push(own.id);
  all.duplicates.push(...rows.filter((one) => one !== own).map(({ id }) => id));
}

test('judges the target the same, whenever it becomes known what is wanted', async () => {
  const entities = fc.array(cases, { minLength: keys.length, maxLength: keys.length });
  await fc.assert(
    fc.asyncProperty(entities, fc.nat(12), fc.nat(12), async (all, knownAt, twiceAt) => {
      const index = createMemoryIndex();
      const wanted = new Wanted();
      const expected: Expected = {
        surplus: [],
        different: [],
        duplicates: [],
        missing: [],
        held: new Digest(),
        due: new Digest(),
      };
      const met: Met[] = [];
      for (const [at, key] of keys.entries()) {
        const one = ofKey(key, all[at] as Case); // there is one for each key
        const n = one.row ? index.nextNumber('entries', type) : null;
        if (one.row && n !== null) await index.commit({ putEntries: [{ type, key, n, origin: null, ...one.row }] });
        if (one.want === 'as-indexed') wanted.add(key, n);
        else if (one.want === 'excused') wanted.excuse(key, n);
        else if (one.want !== 'no') wanted.expect(key, n, one.want);
        met.push(...one.rows.map((row) => ({ key, ...row })));
        expectOf(key, one, expected);
      }
      // A row at the border of two pages is listed twice.
      const [repeated] = met.slice(twiceAt);
      if (repeated) met.push(repeated);

      const judgement = new TargetJudgement(type, 100, () => true);
      for (const [at, one] of met.entries()) {
        const [entry = null] = await index.lookup([{ type, key: one.key }]);
        judgement.meet(one, entry);
        if (at === knownAt) judgement.judge(wanted);
      }
      const found = await judgement.end(wanted, index);

      const names = ({ items }: { readonly items: readonly Met[] }) => items.map(({ id }) => id).sort();
      expect({
        surplus: names(found.surplus),
        different: names(found.different),
        duplicates: names(found.duplicates),
        missing: [...found.missing.items].sort(),
      }).toEqual({
        surplus: expected.surplus.sort(),
        different: expected.different.sort(),
        duplicates: expected.duplicates.sort(),
        missing: expected.missing.sort(),
      });
      expect([found.count, found.digest.hex]).toEqual([expected.held.count, expected.held.hex]);
      expect(found.wantedDigest.hex).toBe(expected.due.hex);
    }),
    { numRuns: 2_000 },
  );
});

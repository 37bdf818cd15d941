/** Three ways to tell what the role owns. The simulator knows the first; a role that behaves otherwise is played here. */
import { expect, test } from 'vitest';
import { countOwned } from '../../src/beside/owned-entities.ts';
import type { WebSdk } from '../../src/connectors/security-center/web-sdk.ts';
import { CodedError } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/json.ts';

const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const role = guid(1);
const own = [guid(11), guid(12), guid(13)];
const others = [guid(21), guid(22)];

interface Played {
  /** What the filter `Owner` does. */
  readonly filter: 'works' | 'refused' | 'ignored' | 'finds-none';
  readonly children?: readonly string[];
}

/** Answers as the Web SDK would, of two types only: people, and the role. */
function play({ filter, children }: Played): WebSdk {
  const ok = (result: Json) => ({ status: 'ok' as const, result, error: { code: '', message: '' }, latencyMs: 1 });
  const fail = (message: string) => ({
    status: 'fail' as const,
    result: null,
    error: { code: 'InvalidOperation', message },
    latencyMs: 1,
  });
  const search = (query: string) => {
    if (!query.includes('EntityTypes@Cardholder,')) return ok([]);
    const isFiltered = query.includes('Owner=');
    if (isFiltered && filter === 'refused') return fail("Could not find property 'Owner' from filter: 'Owner=1'");
    if (isFiltered && filter === 'finds-none') return ok([]);
    const ids = isFiltered && filter === 'works' ? own : [...own, ...others];
    return ok(ids.map((Guid) => ({ Guid })));
  };
  const rowOf = (id: string): Json => {
    if (id === role) return { Guid: id, HierarchicalChildren: children ?? [] };
    return { Guid: id, OwnerRole: own.includes(id) ? role : guid(0), EntityType: 7 };
  };
  return {
    async call({ path, query = '' }) {
      if (path !== '/entity') return search(query);
      if (query.includes('HierarchicalChildren') && children === undefined) return fail('CannotGetProperty');
      const ids = [...query.matchAll(/entity=([0-9a-f]{32})/g)].map(([, id]) => id ?? '');
      const dashed = ids.map((id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
      return ok(dashed.map(rowOf));
    },
    close: async () => {},
  };
}

const count = (played: Played) =>
  countOwned(play(played), {
    role,
    types: ['Cardholder', 'Door'],
    pageSize: 10,
    signal: new AbortController().signal,
  });

test('by the filter, where it filters', async () => {
  expect(await count({ filter: 'works' })).toEqual({ way: 'owner-filter', byType: { Cardholder: 3, Door: 0 } });
});

test.each(['refused', 'ignored'] as const)('by the property, where the filter is %s', async (filter) => {
  expect(await count({ filter })).toEqual({ way: 'owner-property', byType: { Cardholder: 3, Door: 0 } });
});

test('by the tree, where the filter finds nothing and the role has children', async () => {
  expect(await count({ filter: 'finds-none', children: own })).toEqual({
    way: 'children',
    byType: { Cardholder: 3, Door: 0 },
  });
});

test('a role that has nothing, by no way, has nothing', async () => {
  const nothing = { way: 'owner-filter', byType: { Cardholder: 0, Door: 0 } };
  expect(await count({ filter: 'finds-none', children: [] })).toEqual(nothing);
  expect(await count({ filter: 'finds-none' })).toEqual(nothing);
});

test('a list that was cut short counts nothing', async () => {
  const sdk: WebSdk = {
    call: async () => ({ status: 'toomanyresults', result: [], error: { code: '', message: '' }, latencyMs: 1 }),
    close: async () => {},
  };
  const question = { role, types: ['Door'], pageSize: 10, signal: new AbortController().signal };
  await expect(countOwned(sdk, question)).rejects.toSatisfy(
    (error) => error instanceof CodedError && error.code === 'SW_WALK_INCOMPLETE',
  );
});

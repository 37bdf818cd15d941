/** The part of the source suite about what a source declares: each capability is held against what the source does. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../core/json.ts';
import { needed, type SourceHarness } from './source-harness.ts';
import { walkAll } from './walk-all.ts';

/** Called inside the block of the source; `harness` gives the one of the test under way. */
export function describeCapabilities(harness: () => SourceHarness): void {
  const { signal } = new AbortController();

  describe('declares only what it does', () => {
    test('at least one request may be in flight', () => {
      const { maxConcurrency } = harness().source.capabilities;

      expect(Number.isInteger(maxConcurrency) && maxConcurrency >= 1, `maxConcurrency is ${maxConcurrency}`).toBe(true);
    });

    test('a change feed is there if, and only if, it is declared', () => {
      const { capabilities, changes } = harness().source;

      expect(changes !== undefined, 'the source has `changes`').toBe(capabilities.changeFeed === 'bookmark');
    });

    test('removals are named by a change feed only', () => {
      const { tombstones = 'none', changeFeed = 'none' } = harness().source.capabilities;

      if (tombstones === 'explicit') expect(changeFeed).toBe('bookmark');
    });

    test('exact totals are the number of records; where totals are `none`, none is stated', async () => {
      const { source, kinds, keys } = harness();
      for (const kind of kinds) {
        const { total } = await source.walk(kind, null, signal);

        if (source.capabilities.totals === 'exact') expect(total).toBe((await keys(kind)).length);
        if (source.capabilities.totals === 'none') expect(total).toBeNull();
      }
    });

    test('volatile members are in no record', async () => {
      const { source, kinds } = harness();
      const { volatileFields = [] } = source.capabilities;
      for (const kind of kinds) {
        const { records } = await walkAll(source, kind);
        const names = new Set(records.flatMap(({ value }) => namesIn(value)));

        expect(volatileFields.filter((name) => names.has(name))).toEqual([]);
      }
    });

    test('every record has a version if, and only if, versions are declared', async () => {
      const { source, kinds } = harness();
      for (const kind of kinds) {
        const { records } = await walkAll(source, kind);
        const versioned = records.filter(({ version }) => version !== undefined && version !== '');

        expect(versioned.length).toBe(source.capabilities.recordVersion === true ? records.length : 0);
      }
    });

    test('a version changes when the content does', async () => {
      const { source, kinds, change } = harness();
      if (source.capabilities.recordVersion !== true) return;
      const before = (await walkAll(source, kinds[0])).records;

      const key = await needed(change, 'change')();

      const after = await source.get(kinds[0], key, signal);
      expect(after?.version).not.toBe(before.find((record) => record.key === key)?.version);
    });
  });
}

/** The names of all members, at any depth. */
function namesIn(value: Json): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap((member: Json) => namesIn(member))];
}

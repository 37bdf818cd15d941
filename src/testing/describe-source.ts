/** What every source promises; each implementation's test calls {@link describeSource} with its own harness. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Source, SourceRecord } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import { describeCapabilities } from './describe-capabilities.ts';
import { describeChangeFeed } from './describe-change-feed.ts';
import type { SourceHarness } from './source-harness.ts';
import { walkAll } from './walk-all.ts';

/**
 * The suite: registers one `describe` block with vitest. `makeHarness` is called before each test, `close` of what it gave
 * after each, so that no test sees what another has done.
 *
 * @example
 * describeSource('my source', async () => ({ source: open(), reopen: async () => open(), kinds: ['person'], ... }));
 */
export function describeSource(name: string, makeHarness: () => Promise<SourceHarness>): void {
  describe(`${name} keeps the contract of a source`, () => {
    const { signal } = new AbortController();
    let harness: SourceHarness;
    let source: Source;

    beforeEach(async () => {
      harness = await makeHarness();
      source = harness.source;
    });
    afterEach(() => harness.close());

    test('says that it is well, and how long the question took', async () => {
      const report = await source.probe(signal);

      expect(report.product).not.toBe('');
      expect(report.latencyMs).toBeGreaterThanOrEqual(0);
    });

    test('names the kinds that can be walked', () => {
      expect(source.kinds).toEqual(expect.arrayContaining([...harness.kinds]));
    });

    test('a walk gives every record of a kind, each key once', async () => {
      for (const kind of harness.kinds) {
        const { records } = await walkAll(source, kind);

        expect(records.map(({ key }) => key).sort()).toEqual([...(await harness.keys(kind))].sort());
        expect(new Set(records.map((record) => record.kind))).toEqual(new Set([kind]));
      }
    });

    test('a walk takes several pages where there is more than one page of records', async () => {
      expect((await walkAll(source, harness.kinds[0])).pages).toBeGreaterThan(2);
    });

    test('two walks over the same data give equal records: nothing in them changes by itself', async () => {
      for (const kind of harness.kinds) {
        const first = await walkAll(source, kind);
        const second = await walkAll(source, kind);

        expect(byKey(second.records)).toEqual(byKey(first.records));
      }
    });

    test('a record is plain JSON', async () => {
      for (const kind of harness.kinds) {
        const { records } = await walkAll(source, kind);

        expect(JSON.parse(JSON.stringify(records))).toEqual(records);
      }
    });

    test('another process resumes a walk where this one left it', async () => {
      const [kind] = harness.kinds;
      const page = await source.walk(kind, null, signal);
      const other = await harness.reopen();

      const rest = await walkAll(other, kind, page.next);

      const keys = [...page.records, ...rest.records].map(({ key }) => key);
      expect(keys.sort()).toEqual([...(await harness.keys(kind))].sort());
    });

    test('a cursor of another making is no place to go on from', async () => {
      const resumed = source.walk(harness.kinds[0], { made: 'elsewhere' }, signal);

      await expect(resumed).rejects.toMatchObject({ code: 'SW_WALK_INCOMPLETE' });
    });

    test('the keys alone are those of the walk', async () => {
      for (const kind of harness.kinds) {
        const keys: string[] = [];
        for await (const page of source.keys(kind, signal)) keys.push(...page);

        expect(keys.sort()).toEqual([...(await harness.keys(kind))].sort());
      }
    });

    test('a single record is equal to the one that the walk gives', async () => {
      for (const kind of harness.kinds) {
        const { records } = await source.walk(kind, null, signal);

        for (const record of records.slice(0, 3)) expect(await source.get(kind, record.key, signal)).toEqual(record);
      }
    });

    test('what does not exist is null, not a failure', async () => {
      for (const kind of harness.kinds) expect(await source.get(kind, harness.absentKey, signal)).toBeNull();
    });

    test('an unknown kind is refused, never empty', async () => {
      await expect(source.walk('no-such-kind', null, signal)).rejects.toBeInstanceOf(CodedError);
      await expect(source.get('no-such-kind', '1', signal)).rejects.toBeInstanceOf(CodedError);
      await expect(first(source.keys('no-such-kind', signal))).rejects.toBeInstanceOf(CodedError);
    });

    test('an aborted signal stops every operation with its own reason', async () => {
      const reason = new Error('the run was cancelled');
      const aborted = AbortSignal.abort(reason);
      const [kind] = harness.kinds;

      await expect(source.probe(aborted)).rejects.toBe(reason);
      await expect(source.walk(kind, null, aborted)).rejects.toBe(reason);
      await expect(first(source.keys(kind, aborted))).rejects.toBe(reason);
      await expect(source.get(kind, harness.absentKey, aborted)).rejects.toBe(reason);
    });

    test('may be closed twice', async () => {
      await source.probe(signal);

      await source.close();
      await source.close();
    });

    describeCapabilities(() => harness);
    describeChangeFeed(() => harness);
  });
}

function byKey(records: readonly SourceRecord[]): readonly SourceRecord[] {
  return [...records].sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

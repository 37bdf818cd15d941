/** The part of the source suite about the bookmark protocol; it does nothing for a source without a change feed. */
import { describe, expect, test } from 'vitest';
import type { ChangePage, Cursor, Source, SourceRecord } from '../connectors/connector.ts';
import { needed, type SourceHarness } from './source-harness.ts';
import { walkAll } from './walk-all.ts';

/** Pages after which a feed is taken for endless. */
const pagesMax = 200;

/** Called inside the block of the source; `harness` gives the one of the test under way. */
export function describeChangeFeed(harness: () => SourceHarness): void {
  const { signal } = new AbortController();
  /** Runs a test with the feed of the source, if it has one. */
  const feedTest = (name: string, run: (feed: Feed) => Promise<void>) =>
    test(name, async () => {
      const { source, kinds } = harness();
      if (source.capabilities.changeFeed === 'bookmark') await run(feedOf(source, kinds[0]));
    });

  describe('tells what has changed since a bookmark, where it has a change feed', () => {
    feedTest('a first bookmark comes with an empty answer', async ({ ask }) => {
      expect(await ask(null)).toEqual({
        changed: [],
        removed: [],
        next: expect.anything(),
        refreshRequired: false,
        more: false,
      });
    });

    feedTest('nothing has changed: the answer is empty, and comes at once', async ({ ask, all }) => {
      const { next } = await ask(null);

      expect(await all(next)).toMatchObject({ changed: [], removed: [], refreshRequired: false });
    });

    feedTest(
      'a change is seen once, as the record is now, or a whole walk is asked for',
      async ({ ask, all, kind }) => {
        const { source, change } = harness();
        const { next } = await ask(null);
        const key = await needed(change, 'change')();

        const seen = await all(next);

        const records = seen.refreshRequired ? (await walkAll(source, kind)).records : seen.changed;
        expect(records.filter((record) => record.key === key)).toEqual([await source.get(kind, key, signal)]);
        expect(await all(seen.next)).toMatchObject({ changed: [], removed: [], refreshRequired: false });
      },
    );

    feedTest('a removal is named, where removals are', async ({ ask, all }) => {
      const { source, remove } = harness();
      if (source.capabilities.tombstones !== 'explicit') return;
      const { next } = await ask(null);
      const key = await needed(remove, 'remove')();

      const seen = await all(next);

      expect(seen).toMatchObject({ changed: [], removed: [key], refreshRequired: false });
      expect(await all(seen.next)).toMatchObject({ changed: [], removed: [], refreshRequired: false });
    });

    feedTest('another process goes on from the bookmark', async ({ ask, kind }) => {
      const { reopen, change } = harness();
      const { next } = await ask(null);
      const key = await needed(change, 'change')();

      const seen = await feedOf(await reopen(), kind).all(next);

      expect(seen.refreshRequired || seen.changed.some((record) => record.key === key)).toBe(true);
    });

    feedTest(
      'a bookmark of another making asks for a whole walk, and gives one to go on from',
      async ({ ask, all }) => {
        const lost = await ask({ made: 'elsewhere' });

        expect(lost).toMatchObject({ changed: [], removed: [], refreshRequired: true, more: false });
        expect(await all(lost.next)).toMatchObject({ changed: [], removed: [], refreshRequired: false });
      },
    );

    feedTest('an unknown kind is refused, an aborted signal stops with its own reason', async ({ kind }) => {
      const { source } = harness();
      const reason = new Error('the run was cancelled');

      await expect(source.changes?.('no-such-kind', null, signal)).rejects.toMatchObject({ code: 'SW_NOT_FOUND' });
      await expect(source.changes?.(kind, null, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}

/** The change feed of one kind. */
interface Feed {
  readonly kind: string;
  /** One page. The bookmark goes through JSON first, as one that was stored. */
  ask(bookmark: Cursor | null): Promise<ChangePage>;
  /** Pages until there are no more, as one. */
  all(bookmark: Cursor): Promise<ChangePage>;
}

function feedOf(source: Source, kind: string): Feed {
  const ask = async (bookmark: Cursor | null): Promise<ChangePage> => {
    const stored = JSON.parse(JSON.stringify(bookmark)) as Cursor | null;
    const page = await source.changes?.(kind, stored, new AbortController().signal);
    if (page === undefined) throw new Error('The source declares a change feed, but has no "changes".');
    return page;
  };
  const all = async (bookmark: Cursor): Promise<ChangePage> => {
    const changed: SourceRecord[] = [];
    const removed: string[] = [];
    let page = await ask(bookmark);
    for (let pages = 1; ; pages += 1) {
      changed.push(...page.changed);
      removed.push(...page.removed);
      if (!page.more) return { ...page, changed, removed };
      if (pages >= pagesMax) throw new Error(`The change feed has no end after ${pages} pages.`);
      page = await ask(page.next);
    }
  };
  return { kind, ask, all };
}

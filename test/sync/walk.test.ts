import { describe, expect, test } from 'vitest';
import type { Cursor, Source, SourcePage } from '../../src/connectors/connector.ts';
import { walkPages } from '../../src/sync/walk.ts';
import { coded, createWorld } from './world.ts';

function sourceOf(walk: (cursor: Cursor | null, signal: AbortSignal) => Promise<SourcePage>): Source {
  return { ...createWorld().source, walk: (_kind, cursor, signal) => walk(cursor, signal) };
}

const numbered = async (cursor: Cursor | null): Promise<SourcePage> => {
  const at = typeof cursor === 'number' ? cursor : 0;
  return { records: [{ kind: 'k', key: `${at}`, value: {} }], next: at < 3 ? at + 1 : null, total: -1 };
};
const options = { kind: 'k', cursor: null, pagesMax: 100, signal: new AbortController().signal };

async function keysOf(walk: AsyncIterable<SourcePage>): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of walk) keys.push(...page.records.map(({ key }) => key));
  return keys;
}

describe('walkPages', () => {
  test('goes on from a cursor to the end, whatever total the source states', async () => {
    expect(await keysOf(walkPages({ ...options, source: sourceOf(numbered), cursor: 2 }))).toEqual(['2', '3']);
  });

  test('reads one page ahead and no more', async () => {
    const asked: (Cursor | null)[] = [];
    const source = sourceOf((cursor) => {
      asked.push(cursor);
      return numbered(cursor);
    });
    for await (const page of walkPages({ ...options, source })) {
      expect(asked).toEqual(page.records[0]?.key === '0' ? [null, 1] : [null, 1, 2]);
      if (page.records[0]?.key === '1') break;
    }
  });

  test('hands over a page before it throws the failure of the one ahead', async () => {
    const source = sourceOf(async (cursor) => {
      if (cursor === 1) throw coded('SW_UNREACHABLE');
      return numbered(cursor);
    });
    const walk = walkPages({ ...options, source });
    expect((await walk.next()).value).toMatchObject({ next: 1 });
    await expect(walk.next()).rejects.toMatchObject({ code: 'SW_UNREACHABLE' });
  });

  test('cancels the page ahead when the consumer stops', async () => {
    let aborted = false;
    const source = sourceOf(async (cursor, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return numbered(cursor);
    });
    for await (const _ of walkPages({ ...options, source })) break;
    expect(aborted).toBe(true);
  });

  test.each([
    ['a cursor that stands still', async () => ({ records: [], next: 7, total: null })],
    ['a list without end', async (cursor: Cursor | null) => ({ records: [], next: Number(cursor) + 1, total: null })],
  ])('takes %s for an incomplete walk', async (_, walk) => {
    await expect(keysOf(walkPages({ ...options, source: sourceOf(walk) }))).rejects.toMatchObject({
      code: 'SW_WALK_INCOMPLETE',
    });
  });
});

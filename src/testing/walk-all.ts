/** Reads a whole kind, for tests that ask what came. */
import { expect } from 'vitest';
import type { Cursor, Source, SourceRecord } from '../connectors/connector.ts';

/** The records of a walk, and how many pages they took. Cursors go through JSON; more than 200 pages fail the test. */
export async function walkAll(
  source: Source,
  kind: string,
  from: Cursor | null = null,
): Promise<{ records: readonly SourceRecord[]; pages: number }> {
  const records: SourceRecord[] = [];
  let cursor = from;
  let pages = 0;
  do {
    const page = await source.walk(kind, cursor, new AbortController().signal);
    records.push(...page.records);
    // A cursor must survive a checkpoint: what JSON loses may not matter.
    cursor = JSON.parse(JSON.stringify(page.next)) as Cursor | null;
    pages += 1;
  } while (cursor !== null && pages <= 200);
  expect(cursor).toBeNull();
  return { records, pages };
}

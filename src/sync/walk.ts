/** Walks one kind of the source page by page, reading one page ahead while the last one is applied. */
import type { Cursor, Source, SourcePage } from '../connectors/connector.ts';
import { CodedError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';

export interface WalkOptions {
  readonly source: Source;
  readonly kind: string;
  /** Null starts at the beginning. */
  readonly cursor: Cursor | null;
  /** Pages after which the walk is taken for endless. */
  readonly pagesMax: number;
  readonly signal: AbortSignal;
}

/**
 * Yields the pages of a walk. Page totals are not used to judge completeness: sources are known to state them wrongly.
 *
 * @throws CodedError what the source throws, and `SW_WALK_INCOMPLETE` when the walk does not come to an end.
 */
export async function* walkPages({ source, kind, cursor, pagesMax, signal }: WalkOptions): AsyncGenerator<SourcePage> {
  const ahead = new AbortController();
  const read = (from: Cursor | null) => source.walk(kind, from, AbortSignal.any([signal, ahead.signal]));
  let reading: Promise<SourcePage> | null = read(cursor);
  let from = cursor;
  try {
    for (let pages = 1; reading !== null; pages += 1) {
      const page: SourcePage = await reading;
      if (
        page.next !== null &&
        (pages >= pagesMax || (from !== null && canonicalJson(page.next) === canonicalJson(from)))
      ) {
        throw endless(kind, pages);
      }
      from = page.next;
      reading = page.next === null ? null : read(page.next);
      // The failure of the page ahead belongs to the turn that asks for it.
      reading?.catch(() => {});
      yield page;
    }
  } finally {
    ahead.abort();
    await reading?.catch(() => {});
  }
}

function endless(kind: string, pages: number): CodedError {
  return new CodedError('SW_WALK_INCOMPLETE', {
    doing: `walking the source kind ${kind}`,
    expected: 'a cursor that moves on and comes to an end',
    found: `no end after ${pages} pages`,
    todo: 'Check the listing of the source; raise walkPagesMax if the list is really that long',
  });
}

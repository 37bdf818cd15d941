/** Lists the entities of a type in the target with their content, reading further pages while earlier ones are judged. */
import type { Cursor, MarkedEntity } from '../connectors/connector.ts';
import { stopIfCancelled } from './cancellation.ts';
import { listIds, readBack, readMarked } from './read-back.ts';
import type { SyncSides } from './run-context.ts';

/** An entity as it was met in the target. The hash is null when content was not read. */
export interface Met {
  readonly key: string;
  readonly id: string;
  readonly hash: string | null;
}

/** Which entities are read back and compared by content, by their key. */
export type Sample = (key: string) => boolean;

/** The sample that is no sample: then the list need not tell the keys. */
export const everything: Sample = () => true;

/** Pages that are read ahead of the one that is judged. */
const pagesAheadMax = 6;

/** Yields the entities of a type page by page; one that is gone by the time it is read was not met. */
export function targetPages(sides: SyncSides, type: string, inSample: Sample): AsyncGenerator<readonly Met[]> {
  const { target, signal } = sides;
  if (inSample === everything) {
    const list = (cursor: Cursor | null) => listIds(target, type, cursor, signal);
    return readAhead(list, ({ ids }) => readMarked(sides, type, ids), signal);
  }
  const list = (cursor: Cursor | null) => target.list(type, cursor, signal);
  return readAhead(list, ({ entities }) => meet(sides, type, entities, inSample), signal);
}

async function* readAhead<Page extends { readonly next: Cursor | null }>(
  list: (cursor: Cursor | null) => Promise<Page>,
  read: (page: Page) => Promise<readonly Met[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly Met[]> {
  const reading: Promise<readonly Met[]>[] = [];
  let listing: Promise<Page> | null = list(null);
  try {
    while (listing !== null || reading.length > 0) {
      while (listing !== null && reading.length < pagesAheadMax) {
        stopIfCancelled(signal);
        const listed: Page = await listing;
        listing = listed.next === null ? null : list(listed.next);
        // The failure of a page ahead belongs to the turn that asks for it.
        listing?.catch(() => {});
        const page = read(listed);
        page.catch(() => {});
        reading.push(page);
      }
      const page = reading.shift();
      if (page !== undefined) yield await page;
    }
  } finally {
    // Nothing of this reading is under way any more when the caller goes on.
    await Promise.allSettled([...reading, listing]);
  }
}

async function meet(
  sides: SyncSides,
  type: string,
  listed: readonly MarkedEntity[],
  inSample: Sample,
): Promise<readonly Met[]> {
  const read = listed.filter(({ key }) => inSample(key)).map(({ id }) => id);
  const hashes = read.length === 0 ? new Map<string, string>() : await readBack(sides, type, read);
  return listed.flatMap(({ id, key }): Met[] => {
    if (!inSample(key)) return [{ id, key, hash: null }];
    const hash = hashes.get(id);
    return hash === undefined ? [] : [{ id, key, hash }];
  });
}

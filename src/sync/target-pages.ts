/** Lists the entities of a type in the target with their content, reading further pages while earlier ones are judged. */
import type { Cursor, MarkedEntity } from '../connectors/connector.ts';
import { stopIfCancelled } from './cancellation.ts';
import { readBack } from './read-back.ts';
import type { SyncSides } from './run-context.ts';

/** An entity as it was met in the target. The hash is null when content was not read. */
export interface Met {
  readonly key: string;
  readonly id: string;
  readonly hash: string | null;
}

/** Which entities are read back and compared by content, by their key. */
export type Sample = (key: string) => boolean;

/** Pages that are read ahead of the one that is judged. */
const pagesAheadMax = 3;

/** Yields the entities of a type page by page; one that is gone by the time it is read was not met. */
export async function* targetPages(sides: SyncSides, type: string, inSample: Sample): AsyncGenerator<readonly Met[]> {
  const { target, signal } = sides;
  const reading: Promise<readonly Met[]>[] = [];
  let listing: ReturnType<typeof target.list> | null = target.list(type, null, signal);
  try {
    while (listing !== null || reading.length > 0) {
      while (listing !== null && reading.length < pagesAheadMax) {
        stopIfCancelled(signal);
        const { entities, next }: { entities: readonly MarkedEntity[]; next: Cursor | null } = await listing;
        listing = next === null ? null : target.list(type, next, signal);
        // The failure of a page ahead belongs to the turn that asks for it.
        listing?.catch(() => {});
        const page = meet(sides, type, entities, inSample);
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

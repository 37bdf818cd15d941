/** Reads entities back from the target and answers the hash of what is really there. */
import type { Cursor, IdPage, Target } from '../connectors/connector.ts';
import { chunks, forEachBounded } from './bounded-concurrency.ts';
import { entityHash } from './map.ts';
import type { SyncSides } from './run-context.ts';

/** What an entity is in the target. */
export interface Content {
  readonly id: string;
  readonly key: string;
  readonly hash: string;
}

/** A page of the ids in the target's list: candidates, until they are read. */
export async function listIds(
  target: Target,
  type: string,
  cursor: Cursor | null,
  signal: AbortSignal,
): Promise<IdPage> {
  if (target.listIds) return await target.listIds(type, cursor, signal);
  const { entities, next } = await target.list(type, cursor, signal);
  return { ids: entities.map(({ id }) => id), next };
}

/** Those of the entities that are there and carry our marker, in the order of the ids. */
export async function readMarked(
  sides: Pick<SyncSides, 'target' | 'limits' | 'signal'>,
  type: string,
  ids: readonly string[],
): Promise<readonly Content[]> {
  return (await readContents(sides, type, ids)).filter(({ key }) => key !== '');
}

/** Content hash by id; ids that no longer exist are absent. */
export async function readBack(
  sides: Pick<SyncSides, 'target' | 'limits' | 'signal'>,
  type: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return new Map((await readContents(sides, type, ids)).map(({ id, hash }) => [id, hash]));
}

async function readContents(
  { target, limits, signal }: Pick<SyncSides, 'target' | 'limits' | 'signal'>,
  type: string,
  ids: readonly string[],
): Promise<readonly Content[]> {
  const { readBatch, maxConcurrency } = target.capabilities;
  const batches = chunks(ids, Math.max(1, readBatch));
  const limit = Math.min(limits.readConcurrency, maxConcurrency);
  // Hashed batch by batch: a whole page at once would keep the target waiting for its next request.
  const contents = await forEachBounded(batches, limit, async (batch) =>
    (await target.read(type, batch, signal)).map((stored) => {
      const { id, key } = stored;
      return { id, key, hash: entityHash(stored) };
    }),
  );
  return contents.flat();
}

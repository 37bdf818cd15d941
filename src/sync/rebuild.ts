/** Builds an entity index from the markers in the target: what is in there, and with what content. */
import type { Cursor, IdPage, Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { asCancellation, stopIfCancelled } from './cancellation.ts';
import { updateCheckpoint } from './checkpoint-writer.ts';
import { Claims } from './claims.ts';
import type { EntityIndex, IndexEntry } from './index/entity-index.ts';
import { createMemoryIndex } from './index/memory-index.ts';
import type { Mapping } from './mapping.ts';
import { typesOf } from './mapping.ts';
import { listIds, readMarked } from './read-back.ts';
import type { SyncSides } from './run-context.ts';
import { type SyncLimits, withDefaultLimits } from './sync-limits.ts';

export interface RebuildOptions {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: Partial<SyncLimits>;
  readonly claims?: Claims;
}

/** How many entities of each type were found. */
export interface Rebuilt {
  readonly types: { type: string; count: number }[];
}

/**
 * Throws away what the index knows of the source and the target, and reads the target's side again. An interrupted run
 * begins anew; rejected records are kept. The next run compares every record.
 */
export async function rebuildIndex(options: RebuildOptions): Promise<Rebuilt> {
  const { index, claims = new Claims(), mapping, signal } = options;
  try {
    await index.reset();
    await updateCheckpoint({ index, claims }, (stored) => ({ ...stored, unread: [...typesOf(mapping)] }));
    const rebuilt = await readTarget({ ...options, limits: withDefaultLimits(options.limits) }, index);
    const foundByList = rebuilt.types.flatMap(({ type, count }) => (count > 0 ? [type] : []));
    await updateCheckpoint({ index, claims }, (stored) => ({ ...stored, unread: [], foundByList }));
    return rebuilt;
  } catch (error) {
    throw asCancellation(error, signal);
  }
}

/** A throw-away index of what is in the target now. */
export async function indexOfTarget(sides: SyncSides): Promise<EntityIndex> {
  const index = createMemoryIndex();
  await readTarget(sides, index);
  return index;
}

async function readTarget(sides: SyncSides, index: EntityIndex): Promise<Rebuilt> {
  const { target, mapping, signal } = sides;
  const types: { type: string; count: number }[] = [];
  for (const type of typesOf(mapping)) {
    let cursor: Cursor | null = null;
    do {
      stopIfCancelled(signal);
      const { ids, next }: IdPage = await listIds(target, type, cursor, signal);
      const entities = await readMarked(sides, type, ids);
      const known = await index.lookup(entities.map(({ key }) => ({ type, key })));
      const fresh = new Map<string, IndexEntry>();
      entities.forEach(({ id, key, hash }, at) => {
        if (known[at] || fresh.has(key)) return;
        fresh.set(key, { type, key, n: index.nextNumber('entries', type), id, hash, origin: null });
      });
      await index.commit({ putEntries: [...fresh.values()] });
      cursor = next;
    } while (cursor !== null);
    types.push({ type, count: await index.countEntries(type) });
  }
  return { types };
}

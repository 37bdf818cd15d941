/** Compares both sides without writing anything, neither to the target nor to the index. */
import type { Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { asCancellation } from './cancellation.ts';
import type { EntityIndex, IndexEntry } from './index/entity-index.ts';
import { createMemoryIndex } from './index/memory-index.ts';
import type { Mapping } from './mapping.ts';
import { proveView } from './prove.ts';
import { readBack } from './read-back.ts';
import { type SyncSides, typesOf } from './run-context.ts';
import type { Proof } from './run-result.ts';
import { viewByListing, viewByWalk } from './source-view.ts';
import { type SyncLimits, withDefaultLimits } from './sync-limits.ts';

export interface CheckOptions {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  /** `counts`: keys on both sides. `content`: the whole source is walked, everything in the target is read back. */
  readonly depth: 'counts' | 'content';
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: Partial<SyncLimits>;
}

/**
 * Answers whether source and target are equal now.
 *
 * At depth `counts`, the eligibility of a record is the one that the last walk judged; records that it did not meet are
 * read and judged. At depth `content` nothing of the index is believed but the ids that relations resolve to.
 *
 * @throws CodedError what a side throws; `SW_RUN_CANCELLED` when the signal aborts.
 */
export async function check(options: CheckOptions): Promise<Proof> {
  const sides: SyncSides = { ...options, limits: withDefaultLimits(options.limits) };
  try {
    const lost = await isEmpty(sides);
    if (options.depth === 'counts') {
      const view = lost ? await viewByWalk(sides) : await viewByListing(sides, () => true);
      return (await proveView(sides, view, 'counts')).proof;
    }
    const index = lost ? await rebuilt(sides) : options.index;
    const view = await viewByWalk({ ...sides, index });
    return (await proveView({ ...sides, index }, view, 'content')).proof;
  } catch (error) {
    throw asCancellation(error, options.signal);
  }
}

async function isEmpty({ index, mapping }: SyncSides): Promise<boolean> {
  for (const type of typesOf(mapping)) if ((await index.countEntries(type)) > 0) return false;
  return true;
}

/** An index in memory, built from the markers in the target, in place of one that is lost. */
async function rebuilt(sides: SyncSides): Promise<EntityIndex> {
  const { target, mapping, signal } = sides;
  const index = createMemoryIndex();
  for (const type of typesOf(mapping)) {
    let cursor: Parameters<Target['list']>[1] = null;
    do {
      const page: Awaited<ReturnType<Target['list']>> = await target.list(type, cursor, signal);
      const hashes = await readBack(
        sides,
        type,
        page.entities.map(({ id }) => id),
      );
      const putEntries = page.entities.map(
        ({ id, key }): IndexEntry => ({
          type,
          key,
          id,
          hash: hashes.get(id) ?? '',
          origin: null,
          seen: 0,
          verified: 0,
        }),
      );
      await index.commit({ putEntries });
      cursor = page.next;
    } while (cursor !== null);
  }
  return index;
}

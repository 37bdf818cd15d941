/** Compares both sides without writing anything, neither to the target nor to the index. */
import type { Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { asCancellation } from './cancellation.ts';
import type { EntityIndex } from './index/entity-index.ts';
import type { Mapping } from './mapping.ts';
import { typesOf } from './mapping.ts';
import { type Depth, proveView } from './prove.ts';
import { indexOfTarget } from './rebuild.ts';
import type { SyncSides } from './run-context.ts';
import type { Proof } from './run-result.ts';
import { viewByListing, viewByWalk } from './source-view.ts';
import { type SyncLimits, withDefaultLimits } from './sync-limits.ts';

export interface CheckOptions {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  /**
   * `counts`: keys on both sides. `sampled`: also the content of a part of the target, another one each minute.
   * `content`: the whole source is walked, everything in the target is read back.
   */
  readonly depth: Depth;
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
    if (options.depth !== 'content') {
      const viewOf = (both: SyncSides) => (lost ? viewByWalk(both) : viewByListing(both, false));
      const of = Math.max(1, Math.round(1 / sides.limits.sampleShare));
      const part = options.depth === 'sampled' ? { part: Math.floor(options.clock.now() / 60_000) % of, of } : null;
      return (await proveView(sides, viewOf, { depth: options.depth, part })).proof;
    }
    const index = lost ? await indexOfTarget(sides) : options.index;
    return (await proveView({ ...sides, index }, viewByWalk, { depth: 'content' })).proof;
  } catch (error) {
    throw asCancellation(error, options.signal);
  }
}

async function isEmpty({ index, mapping }: SyncSides): Promise<boolean> {
  for (const type of typesOf(mapping)) if ((await index.countEntries(type)) > 0) return false;
  return true;
}

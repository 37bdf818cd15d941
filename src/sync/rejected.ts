/** The rejected records, for people: listed, offered again, dropped. */
import type { Source, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { chunks } from './bounded-concurrency.ts';
import type { Claims } from './claims.ts';
import { type EntityIndex, type EntityRef, originName, type RejectedEntity, refName } from './index/entity-index.ts';
import type { Mapping } from './mapping.ts';
import { synchronizeEntity } from './on-demand.ts';
import type { RejectedRecord } from './run-result.ts';
import type { SyncLimits } from './sync-limits.ts';

export interface RejectedPage {
  readonly rejected: readonly RejectedRecord[];
  /** What `after` must be for the next page; null at the end. */
  readonly next: string | null;
  /** How many there are in all. */
  readonly count: number;
}

/** One page of the rejected records, in a fixed order. @param options.after the `next` of the page before */
export async function listRejected(options: {
  readonly index: EntityIndex;
  readonly limit: number;
  readonly after?: string | null;
}): Promise<RejectedPage> {
  const { index, limit, after = null } = options;
  const start = after === null ? 0 : Number.parseInt(after, 10) || 0;
  const rejected: RejectedRecord[] = [];
  let count = 0;
  for await (const batch of index.rejected()) {
    for (const row of batch) {
      if (count >= start && rejected.length < limit) rejected.push(viewOf(row));
      count += 1;
    }
  }
  const end = start + rejected.length;
  return { rejected, next: end < count ? String(end) : null, count };
}

function viewOf({ type, key, code, message, firstAt, lastAt, tries, because, nextTryAt, origin }: RejectedEntity) {
  const reason = { code, message };
  return { type, key, reason, firstAt, lastAt, tries, because, nextTryAt: nextTryAt === 0 ? null : nextTryAt, origin };
}

export interface RetryOptions {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: Partial<SyncLimits>;
  readonly claims?: Claims;
  readonly refs: readonly EntityRef[] | 'all';
}

/** Offers rejected records again now, whatever their clock says; answers how many were tried. */
export async function retryRejected({ refs, ...options }: RetryOptions): Promise<{ readonly count: number }> {
  const { index } = options;
  const rows: RejectedEntity[] = [];
  const asked = refs === 'all' ? null : new Set(refs.map(refName));
  for await (const batch of index.rejected()) {
    rows.push(...batch.filter((row) => asked === null || asked.has(refName(row))));
  }
  await index.commit({ putRejected: rows.map((row) => ({ ...row, nextTryAt: 0 })) });
  const origins = new Map(rows.flatMap(({ origin }) => (origin ? [[originName(origin), origin] as const] : [])));
  for (const part of chunks([...origins.values()], 20)) {
    await Promise.all(part.map(({ kind, key }) => synchronizeEntity({ ...options, kind, key })));
  }
  return { count: rows.length };
}

/** Forgets rejected records; those that the target refuses again come back with the next run. */
export async function dropRejected(options: {
  readonly index: EntityIndex;
  readonly refs: readonly EntityRef[];
}): Promise<{ readonly count: number }> {
  const { index, refs } = options;
  const known = (await index.lookupRejected(refs)).flatMap((row) => row ?? []);
  await index.commit({ dropRejected: known });
  return { count: known.length };
}

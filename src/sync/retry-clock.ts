/** When a rejected record is offered again. Pure. */
import type { RejectedEntity } from './index/entity-index.ts';
import type { SyncLimits } from './sync-limits.ts';

/** Twice as long after each try, up to a bound: a record that nobody mends is asked about once a day. */
export function nextTryAt(nowMs: number, tries: number, { initialMs, maxMs }: SyncLimits['rejectedRetry']): number {
  return nowMs + Math.min(maxMs, initialMs * 2 ** Math.min(30, Math.max(0, tries - 1)));
}

/** Whether its time has come. Tried after now, it was before the clock was set back: it is due, or it might never be. */
export function isDue({ nextTryAt, lastAt }: Pick<RejectedEntity, 'nextTryAt' | 'lastAt'>, nowMs: number): boolean {
  return nextTryAt <= nowMs || lastAt > nowMs;
}

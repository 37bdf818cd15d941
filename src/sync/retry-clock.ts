/** When a rejected record is offered again. Pure. */
import type { SyncLimits } from './sync-limits.ts';

/** Twice as long after each try, up to a bound: a record that nobody mends is asked about once a day. */
export function nextTryAt(nowMs: number, tries: number, { initialMs, maxMs }: SyncLimits['rejectedRetry']): number {
  return nowMs + Math.min(maxMs, initialMs * 2 ** Math.min(30, Math.max(0, tries - 1)));
}

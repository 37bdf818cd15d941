/** How many entities of a type one run may delete. Pure. */
import type { SyncLimits } from './sync-limits.ts';

/**
 * The smaller of share and number, but at least one: a share of a small set would forbid every delete (5 % of 19 is
 * less than one). A share or number of 0 forbids deletes altogether.
 *
 * @param size how many entities of the type there were when the run began.
 */
export function deletesAllowed(
  size: number,
  { deleteShareMax, deleteCountMax }: Pick<SyncLimits, 'deleteShareMax' | 'deleteCountMax'>,
): number {
  if (deleteShareMax <= 0 || deleteCountMax <= 0) return 0;
  return Math.min(Math.max(1, Math.floor(size * deleteShareMax)), deleteCountMax);
}

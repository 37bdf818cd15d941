/** The policy of an integration in the terms of the engine. */
import type { Policy } from '../../../machines/policy.ts';
import type { SyncLimits } from '../../sync/sync-limits.ts';

/** The limits that a site configures; the engine has defaults for all others. */
export function limitsOf({ rejected, proof, deletes }: Policy['synchronization']): Partial<SyncLimits> {
  return {
    deleteShareMax: deletes.shareMax,
    deleteCountMax: deletes.countMax,
    rejectedShareMax: rejected.shareMax,
    rejectedRetry: rejected.retry,
    sampleShare: proof.sampleShare,
  };
}

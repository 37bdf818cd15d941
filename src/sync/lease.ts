/**
 * Who may write: a run has a holder and an expiry. A holder that no longer renews is dead, and the next one takes over;
 * what the dead one still tries to commit is refused by its number.
 */
import { CodedError } from '../core/errors.ts';
import { type Checkpoint, emptyCheckpoint, type Lease } from './checkpoint.ts';
import { updateCheckpoint } from './checkpoint-writer.ts';
import { Claims } from './claims.ts';
import type { EntityIndex } from './index/entity-index.ts';

/** How long a lease holds without being renewed; a run renews it with every commit, and while it waits. Default 30 s. */
export const leaseMs = 30_000;

/** What a run holds. */
export interface RunLease {
  readonly owner: string;
  readonly fence: number;
}

/**
 * The lease for a new holder.
 *
 * @throws CodedError `SW_RUN_LEASED` while another one holds it and lives.
 */
export function acquired(now: Lease | null, owner: string, nowMs: number): Lease {
  // One that would hold for longer than a lease was given before the clock was set back.
  const leftMs = (now?.until ?? 0) - nowMs;
  if (now !== null && now.owner !== owner && leftMs > 0 && leftMs <= leaseMs) throw held(now, nowMs);
  // Not below the clock: a lease that was given back is forgotten, and its number must not be given again.
  return { owner, fence: Math.max((now?.fence ?? 0) + 1, nowMs), until: nowMs + leaseMs };
}

/** The lease for as long again; refused when somebody else has it now. */
export function renewed(now: Lease | null, { owner, fence }: RunLease, nowMs: number): Lease {
  if (now === null || now.fence !== fence) throw takenOver(now);
  return { owner, fence, until: nowMs + leaseMs };
}

/**
 * Takes the lease away from whoever holds it: that run ends at its next commit, and the next one goes on from its
 * checkpoint. For whoever knows that the holder is dead, and for people.
 *
 * @returns the former holder; null when there was none.
 */
export async function takeOver(options: {
  readonly index: EntityIndex;
  readonly by: string;
  readonly claims?: Claims;
}): Promise<{ readonly from: string | null }> {
  const { index, by, claims = new Claims() } = options;
  const before: Checkpoint = (await index.checkpoint()) ?? emptyCheckpoint;
  const { lease } = before;
  if (lease === null) return { from: null };
  await updateCheckpoint({ index, claims }, (stored) => ({
    ...stored,
    lease: { owner: by, fence: (stored.lease?.fence ?? 0) + 1, until: 0 },
  }));
  return { from: lease.owner };
}

function held({ owner, until }: Lease, nowMs: number): CodedError {
  return new CodedError('SW_RUN_LEASED', {
    doing: 'beginning a run',
    expected: 'that no other run is under way',
    found: `one of ${owner}, whose lease holds for another ${Math.ceil((until - nowMs) / 1000)} s`,
    todo: 'Wait for its end; if it is dead, the lease ends by itself, or at once by: syncwarden runs ID takeover',
  });
}

function takenOver(now: Lease | null): CodedError {
  return new CodedError('SW_RUN_LEASED', {
    doing: 'committing what a run has done',
    expected: 'to hold the lease of the run',
    found: now === null ? 'that it was given back' : `that ${now.owner} holds it now`,
    todo: 'Nothing: the run that holds the lease goes on from the checkpoint',
  });
}

/**
 * What became of the events, counted for ever.
 *
 * Two sums always hold: `received = receivedAgain + accepted + dropped`, and
 * `accepted = raised + lost without "missing" + what waits`.
 */
import { z } from 'zod';

const count = z.number().int().min(0);

export const relayCountersSchema = z.object({
  /** Events that the source gave, repeats included. */
  received: count,
  /** Those of them that it had given before: dropped. */
  receivedAgain: count,
  /** Taken up to be raised. */
  accepted: count,
  /** Not relayed, because the mapping has no rule or no entity for them. */
  dropped: count,
  /** `dropped` by kind of the source and reason. */
  droppedByKind: z.record(z.string(), count),
  /** Raised in the target. */
  raised: count,
  /** Those of `raised` whose answer was lost, and which were then found in the target. */
  foundRaised: count,
  /** Raised once more though the first time may have worked: so many may stand in the target twice. */
  duplicates: count,
  /** Events that the target never got, by reason. */
  lost: z.object({
    /** Numbers that the source never gave, not even for a backfill. */
    missing: count,
    /** Their entity did not come to exist in time. */
    entityMissing: count,
    /** Dropped to keep the bound of the queue. */
    queueFull: count,
    /** The target refuses them. */
    refused: count,
  }),
  /** Windows of time in which events may have been missed. */
  gaps: z.object({ found: count, filled: count, unfilled: count }),
});

export type RelayCounters = z.infer<typeof relayCountersSchema>;

/** All counters at 0. */
export function noRelayCounters(): RelayCounters {
  return {
    received: 0,
    receivedAgain: 0,
    accepted: 0,
    dropped: 0,
    droppedByKind: {},
    raised: 0,
    foundRaised: 0,
    duplicates: 0,
    lost: { missing: 0, entityMissing: 0, queueFull: 0, refused: 0 },
    gaps: { found: 0, filled: 0, unfilled: 0 },
  };
}

/** Every event that is known to be lost. */
export function lostInAll({ lost }: RelayCounters): number {
  return lost.missing + lost.entityMissing + lost.queueFull + lost.refused;
}

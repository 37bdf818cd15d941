/**
 * The policy of one integration: how it is watched, how often it is synchronized, and the ladder of remedies.
 *
 * It is data. The machines run any policy that passes this schema; the order of the ladder is that of the vendor's
 * troubleshooting guide, the figures are starting values of our own near those that comparable systems publish.
 */
import { z } from 'zod';
import { ladderPolicySchema } from './escalation/ladder-policy.ts';
import { backoffSchema, calendarSchema, hours, milliseconds, minutes } from './units.ts';

const connectionPolicySchema = z.strictObject({
  /** Pause between two probes while connected. */
  probeEveryMs: milliseconds.default(10_000),
  /** No answer to a probe for so long makes the connection stale. */
  staleAfterMs: milliseconds.default(45_000),
  /** Failed probes in a row until disconnected. */
  failuresToDisconnect: z.number().int().min(1).default(3),
  /** Good probes in a row until connected. */
  successesToConnect: z.number().int().min(1).default(2),
  /** A slower answer is a warning, never a reason to act. */
  slowMs: milliseconds.default(2_000),
  /** More changes of status than this within the window are flapping. */
  flapsMax: z.number().int().min(1).default(6),
  flapsWindowMs: milliseconds.default(minutes(10)),
  /** Pause between probes while the other side does not answer. */
  backoff: backoffSchema.default({ initialMs: 1_000, maxMs: 60_000 }),
});

const share = z.number().min(0).max(1);

/** A pause in milliseconds, or times of the calendar on the clocks of a time zone. */
const timesSchema = z.union([z.strictObject({ everyMs: milliseconds.min(1) }), calendarSchema]);

const synchronizationPolicySchema = z.strictObject({
  /** Pause after a run until the next one. */
  deltaEveryMs: milliseconds.default(minutes(15)),
  /** A scheduled run is full when the last full one is older than this. */
  fullEveryMs: milliseconds.default(hours(24)),
  /** Times of the scheduled runs; they stand in place of `deltaEveryMs` and `fullEveryMs`. */
  schedule: z.strictObject({ delta: timesSchema.optional(), full: timesSchema.optional() }).prefault({}),
  /** Pause between two comparisons of the counts. */
  checkEveryMs: milliseconds.default(minutes(5)),
  /** Pause before an interrupted run resumes. */
  resumeBackoff: backoffSchema.default({ initialMs: 5_000, maxMs: minutes(3) }),
  /** Interruptions in a row without any progress until the ladder is asked. */
  fruitlessMax: z.number().int().min(1).default(5),
  /** Entities that the target refuses. */
  rejected: z
    .strictObject({
      /** Largest share of a type that may be rejected in a run that succeeds; 0: any makes it incomplete. */
      shareMax: share.default(0),
      /** Pause before one of them is tried again. */
      retry: backoffSchema.default({ initialMs: minutes(15), maxMs: hours(24) }),
    })
    .prefault({}),
  /** How a run proves that both sides are equal. */
  proof: z
    .strictObject({
      depth: z.enum(['counts', 'sampled', 'content']).default('content'),
      /** Share of the entities whose content a sampled proof compares. */
      sampleShare: share.default(0.1),
    })
    .prefault({}),
  /** Most that one run deletes of a type without the approval of a person; the smaller of both counts. */
  deletes: z
    .strictObject({ shareMax: share.default(0.05), countMax: z.number().int().nonnegative().default(50) })
    .prefault({}),
  /** A run is stalled when nothing came for `factor` times its own median gap, within these bounds. */
  stall: z
    .strictObject({
      factor: z.number().min(2).default(10),
      floorMs: milliseconds.default(minutes(2)),
      capMs: milliseconds.default(minutes(30)),
    })
    .prefault({}),
});

export const policySchema = z.strictObject({
  connection: connectionPolicySchema.prefault({}),
  synchronization: synchronizationPolicySchema.prefault({}),
  ladder: ladderPolicySchema.prefault({}),
});

export type Policy = z.infer<typeof policySchema>;

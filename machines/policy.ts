/**
 * The policy of one integration: how it is watched, how often it is synchronized, and the ladder of remedies.
 *
 * It is data. The machines run any policy that passes this schema; the order of the ladder is that of the vendor's
 * troubleshooting guide, the figures are starting values of our own near those that comparable systems publish.
 */
import { z } from 'zod';
import { modeSchema } from './mode.ts';
import { calendarProblem } from './schedule.ts';

const milliseconds = z.number().int().nonnegative();
const minutes = (n: number) => n * 60_000;
const hours = (n: number) => n * 3_600_000;

const backoffSchema = z.strictObject({ initialMs: milliseconds.min(1), maxMs: milliseconds.min(1) });

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
const timesSchema = z.union([
  z.strictObject({ everyMs: milliseconds.min(1) }),
  z.strictObject({ cron: z.string(), timeZone: z.string() }).superRefine((times, context) => {
    const problem = calendarProblem(times);
    if (problem) context.addIssue({ code: 'custom', path: [problem.member], message: problem.why });
  }),
]);

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

export const rungSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower case letters, digits and hyphens'),
  title: z.string(),
  /** What is done: `synchronize`, or the name of a configured remedy. */
  remedy: z.string(),
  /** Cost and whom it touches, for people. */
  impact: z.string(),
  /** The synchronization that proves the rung. */
  mode: modeSchema,
  /** Tries within one incident. */
  attempts: z.number().int().min(1).default(1),
  /** The remedy must have answered by then. */
  timeoutMs: milliseconds.default(minutes(2)),
  /** Wait after the remedy before judging it. */
  settleMs: milliseconds.default(15_000),
  /** The proof must have come, or be progressing, by then. */
  proofTimeoutMs: milliseconds.default(minutes(5)),
  /** Shortest time between two uses. */
  cooldownMs: milliseconds.default(0),
  /** Most uses within a rolling window; null for no limit. */
  budget: z
    .strictObject({ max: z.number().int().min(1), windowMs: milliseconds.min(1) })
    .nullable()
    .default(null),
});

const day = hours(24);

/** The guide's own order: synchronize, then plugin, server, proxy; after the last one a person is paged. */
export const guideRungs: readonly z.input<typeof rungSchema>[] = [
  {
    id: 'synchronize',
    title: 'Start a synchronization',
    remedy: 'synchronize',
    impact: 'Reads the source; live input and output states may show as unknown until new events arrive.',
    mode: 'delta',
    attempts: 1,
    settleMs: 0,
  },
  {
    id: 'synchronize-full',
    title: 'Start a full synchronization',
    remedy: 'synchronize',
    impact: 'Reads the whole source and re-reads the whole target.',
    mode: 'full',
    attempts: 2,
    settleMs: 0,
  },
  {
    id: 'restart-plugin',
    title: 'Restart the plugin',
    remedy: 'restart-plugin',
    impact: 'Events are not relayed while the plugin is down.',
    mode: 'delta',
    attempts: 2,
    cooldownMs: minutes(2),
    budget: { max: 3, windowMs: day },
  },
  {
    id: 'restart-server',
    title: 'Restart the server of the plugin',
    remedy: 'restart-server',
    impact: 'Every plugin on that server goes down with it.',
    mode: 'delta',
    attempts: 1,
    cooldownMs: minutes(6),
    budget: { max: 3, windowMs: day },
  },
  {
    id: 'restart-proxy',
    title: 'Restart the SiPass proxy service',
    remedy: 'restart-proxy',
    impact: 'Ends every session and forces a full synchronization, which may take hours.',
    mode: 'full',
    attempts: 1,
    settleMs: 30_000,
    proofTimeoutMs: minutes(30),
    cooldownMs: hours(1),
    budget: { max: 1, windowMs: day },
  },
];

const ladderPolicySchema = z.strictObject({
  /** A deviation must last so long before anything is done about it. */
  confirmMs: milliseconds.default(30_000),
  diagnoseTimeoutMs: milliseconds.default(minutes(1)),
  /** Pause before looking again whether a rung that must wait may act. */
  recheckMs: milliseconds.min(1).default(10_000),
  /** Pause before the next try of the same rung. */
  retryBackoff: backoffSchema.default({ initialMs: 5_000, maxMs: minutes(3) }),
  /** Healthy and proven for so long resets the attempts. */
  resetAfterMs: milliseconds.default(minutes(10)),
  /** Slow probing while quarantined, for ever. */
  quarantineProbe: backoffSchema.default({ initialMs: hours(1), maxMs: day }),
  rungs: z
    .array(rungSchema)
    .min(1)
    .refine((rungs) => new Set(rungs.map((r) => r.id)).size === rungs.length, 'rung ids must be unique')
    .prefault([...guideRungs]),
});

export const policySchema = z.strictObject({
  connection: connectionPolicySchema.prefault({}),
  synchronization: synchronizationPolicySchema.prefault({}),
  ladder: ladderPolicySchema.prefault({}),
});

export type Policy = z.infer<typeof policySchema>;
export type Rung = z.infer<typeof rungSchema>;

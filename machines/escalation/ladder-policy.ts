/**
 * The ladder as data: the rungs in their order, each with what it costs, when it may be taken and how often.
 *
 * Any order and any subset is valid, also rungs of one's own: a remedy is a name from the configuration. The default is
 * the order of the vendor's troubleshooting guide; the figures are starting values of our own near those that comparable
 * systems publish.
 */
import { z } from 'zod';
import { modeSchema } from '../mode.ts';
import { backoffSchema, budgetSchema, calendarSchema, hours, milliseconds, minutes } from '../units.ts';

/** From each time of the calendar on, for so long. */
const windowSchema = calendarSchema.safeExtend({ durationMs: milliseconds.min(minutes(1)).max(hours(24 * 7)) });

/** When something may be done. Where nothing is allowed expressly, every time is; what is denied is denied. */
const windowsSchema = z.strictObject({
  allow: z.array(windowSchema).max(20).default([]),
  deny: z.array(windowSchema).max(20).default([]),
});
export type Windows = z.infer<typeof windowsSchema>;

/** What must be well before a rung makes sense: `plugin` that it answers, the others that they can be reached. */
const needSchema = z.enum(['plugin', 'source', 'target']);
export type Need = z.infer<typeof needSchema>;

export const rungSchema = z.strictObject({
  id: z
    .string()
    .max(60)
    .regex(/^[a-z][a-z0-9-]*$/, 'lower case letters, digits and hyphens'),
  title: z.string(),
  /** What is done: `synchronize`, `person`, or the name of a configured remedy. */
  remedy: z.string(),
  /** What it takes and whom it touches, for people. */
  impact: z.string(),
  cost: z.enum(['none', 'low', 'medium', 'high']).default('medium'),
  /** What a person is asked to do, step by step; for the remedy `person`. */
  steps: z.array(z.string()).max(20).default([]),
  /** Passed over while one of these is not met. */
  needs: z.array(needSchema).default([]),
  /** When it may begin; it waits for the next opening. */
  windows: windowsSchema.prefault({}),
  /** Whether a person must agree first, and how long the question stands; then the rung is passed over. */
  approval: z
    .strictObject({ required: z.boolean().default(false), expiresMs: milliseconds.min(minutes(1)).default(hours(4)) })
    .prefault({}),
  /** The synchronization that proves the rung. */
  mode: modeSchema,
  /** Tries within one incident. */
  attempts: z.number().int().min(1).default(1),
  /** The remedy, or the person, must have answered by then. */
  timeoutMs: milliseconds.default(minutes(2)),
  /** Wait after the remedy before judging it. */
  settleMs: milliseconds.default(15_000),
  /** The proof must have come, or be progressing, by then. */
  proofTimeoutMs: milliseconds.default(minutes(5)),
  /** Shortest time between two uses. */
  cooldownMs: milliseconds.default(0),
  /** Most uses within a rolling window; null for no limit. */
  budget: budgetSchema.nullable().default(null),
});
export type Rung = z.infer<typeof rungSchema>;

const day = hours(24);

/** The guide's own order: synchronize, then plugin, server, proxy; after the last one a person is paged. */
export const guideRungs: readonly z.input<typeof rungSchema>[] = [
  {
    id: 'synchronize',
    title: 'Start a synchronization',
    remedy: 'synchronize',
    cost: 'low',
    impact: 'Reads the source; live input and output states may show as unknown until new events arrive.',
    mode: 'delta',
    needs: ['plugin', 'source', 'target'],
    attempts: 1,
    settleMs: 0,
  },
  {
    id: 'synchronize-full',
    title: 'Start a full synchronization',
    remedy: 'synchronize',
    cost: 'medium',
    impact: 'Reads the whole source and re-reads the whole target.',
    mode: 'full',
    needs: ['plugin', 'source', 'target'],
    attempts: 2,
    settleMs: 0,
  },
  {
    id: 'restart-plugin',
    title: 'Restart the plugin',
    remedy: 'restart-plugin',
    cost: 'medium',
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
    cost: 'high',
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
    cost: 'high',
    impact: 'Ends every session and forces a full synchronization, which may take hours.',
    mode: 'full',
    attempts: 1,
    settleMs: 30_000,
    proofTimeoutMs: minutes(30),
    cooldownMs: hours(1),
    budget: { max: 1, windowMs: day },
  },
];

export const ladderPolicySchema = z.strictObject({
  /** A deviation must last so long before anything is done about it. */
  confirmMs: milliseconds.default(30_000),
  diagnoseTimeoutMs: milliseconds.default(minutes(1)),
  /** Older evidence is gathered anew before a rung acts. */
  evidenceMs: milliseconds.min(1).default(minutes(5)),
  /** Pause before looking again whether a rung that must wait may act. */
  recheckMs: milliseconds.min(1).default(10_000),
  /** Pause before the next try of the same rung. */
  retryBackoff: backoffSchema.default({ initialMs: 5_000, maxMs: minutes(3) }),
  /** Longest wait for a component that another integration works on. */
  claimTimeoutMs: milliseconds.min(1).default(minutes(30)),
  /** When rungs with a remedy may begin; each rung may narrow it further. */
  windows: windowsSchema.prefault({}),
  /** Most remedies of all rungs together within a rolling window, synchronizations not counted; null for no limit. */
  budget: budgetSchema.nullable().default({ max: 6, windowMs: day }),
  /** Healthy and proven for so long resets the attempts: as long as it takes the next run to prove something. */
  resetAfterMs: milliseconds.default(minutes(15)),
  /** Slow probing while quarantined, for ever. */
  quarantineProbe: backoffSchema.default({ initialMs: hours(1), maxMs: day }),
  rungs: z
    .array(rungSchema)
    .min(1)
    .max(40)
    .refine((rungs) => new Set(rungs.map((r) => r.id)).size === rungs.length, 'rung ids must be unique')
    .prefault([...guideRungs]),
});

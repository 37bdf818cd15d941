/**
 * The shapes of the HTTP API, as zod schemas: what the server sends, what the pages and scripts may rely on.
 *
 * Times are epoch milliseconds, durations milliseconds. New members may be added; none is removed or changes meaning
 * within `/api/v1`.
 */
import { z } from 'zod';
import { modeSchema, typesSchema } from '../../machines/mode.ts';
import { ladderViewSchema } from './ladder-api.ts';
import { taskViewSchema } from './plugin-api.ts';
import { requesterSchema } from './requester.ts';

export { type LadderView, ladderViewSchema, type RungView } from './ladder-api.ts';
export { requesterSchema } from './requester.ts';

const time = z.number().int();

/** How far one entity type has come in the run that is under way. */
export const typeProgressSchema = z.object({
  type: z.string(),
  done: z.number().int(),
  /** Null while the total is not known. */
  total: z.number().int().nullable(),
});

/** The verdict of a proof for one entity type. */
export const typeProofSchema = z.object({
  type: z.string(),
  /** When this type was compared, where that was earlier than the whole. */
  at: time.optional(),
  source: z.object({ count: z.number().int(), digest: z.string().nullable() }),
  target: z.object({ count: z.number().int(), digest: z.string().nullable() }),
  equal: z.boolean(),
  missing: z.array(z.string()),
  surplus: z.array(z.string()),
  different: z.array(z.string()),
  /** The whole numbers behind the examples. */
  found: z.object({ missing: z.number().int(), surplus: z.number().int(), different: z.number().int() }).optional(),
});

export const proofViewSchema = z.object({
  at: time,
  depth: z.enum(['counts', 'sampled', 'content']),
  equal: z.boolean(),
  types: z.array(typeProofSchema),
});

export const connectionViewSchema = z.object({
  status: z.enum(['connected', 'warning', 'disconnected']),
  /** Why, when the status is not `connected`: a word (`incompatible`, `unreachable`, ...) and a sentence. */
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
  since: time,
  lastProbeAt: time.nullable(),
  source: z.object({ ok: z.boolean(), version: z.string().nullable(), latencyMs: z.number().nullable() }).nullable(),
  target: z.object({ ok: z.boolean(), version: z.string().nullable(), latencyMs: z.number().nullable() }).nullable(),
});

export const synchronizationViewSchema = z.object({
  status: z.enum([
    'idle',
    'preflight',
    'inventory',
    'transferring',
    'sweeping',
    'proving',
    'succeeded',
    'incomplete',
    'interrupted',
    'held',
    'cancelled',
  ]),
  /** True while a run makes no progress for ten times its own pace. */
  stalled: z.boolean(),
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
  run: z
    .object({
      id: z.string(),
      mode: modeSchema,
      requestedBy: z.string(),
      /** The entity types that it is limited to; null for all. */
      types: z.array(z.string()).nullable(),
      approveDeletes: z.boolean(),
      startedAt: time,
      resumes: z.number().int(),
      progress: z.array(typeProgressSchema),
    })
    .nullable(),
  lastRun: z
    .object({
      id: z.string(),
      mode: modeSchema,
      types: z.array(z.string()).nullable(),
      outcome: z.string(),
      reason: z.string().nullable(),
      startedAt: time,
      endedAt: time,
      written: z.object({ created: z.number(), updated: z.number(), deleted: z.number(), unchanged: z.number() }),
      rejected: z.number(),
    })
    .nullable(),
  /** The next scheduled run; null while one is under way or held. */
  nextRun: z.object({ at: time, mode: modeSchema }).nullable(),
  proof: proofViewSchema.nullable(),
  /** When the counts, or by a verification the contents, were last compared beside the runs. */
  lastCheckedAt: time.nullable(),
  /** When source and target were last proven equal: the headline figure. */
  lastProvenEqualAt: time.nullable(),
});

export const timerViewSchema = z.object({
  id: z.string(),
  dueAt: time,
  /** What happens then, for people: `probe the connection`. */
  what: z.string(),
});

/** One integration as a person sees it. */
export const integrationViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  machine: z.string(),
  at: time,
  /** Sequence number of the last commit in this view. */
  seq: z.number().int(),
  connection: connectionViewSchema,
  synchronization: synchronizationViewSchema,
  ladder: ladderViewSchema,
  /** Those that wait, the one under way, and the last that ended; newest first. */
  tasks: z.array(taskViewSchema),
  holds: z.array(z.object({ name: z.string(), reason: z.string(), placedAt: time })),
  /** What happens next by itself, when and because of what; null when it waits for an outside fact. */
  next: z.object({ at: time, what: z.string() }).nullable(),
  timers: z.array(timerViewSchema),
  /** Ids of the active states, as in its statechart. */
  active: z.array(z.string()),
});

/** An instance that no machine of this version can go on with: kept as it is, and not supervised. */
export const setAsideSchema = z.object({ id: z.string(), machine: z.string().nullable(), why: z.string() });
export type SetAsideView = Readonly<z.infer<typeof setAsideSchema>>;

/** A recorded choice with its reason, for people. */
export const decisionSchema = z.object({
  what: z.string(),
  because: z.string(),
  evidence: z.record(z.string(), z.unknown()).optional(),
});

/** One committed step of an integration: a line of the timeline. */
export const stepViewSchema = z.object({
  seq: z.number().int(),
  at: time,
  integration: z.string(),
  /** The event that was taken; `details` holds its other members, secrets removed. */
  event: z.object({ type: z.string(), details: z.record(z.string(), z.unknown()) }),
  /** Transitions taken, as ids of edges in the statechart. */
  transitions: z.array(z.string()),
  /** Ids of the states active afterwards. */
  active: z.array(z.string()),
  /** What the step changed in context: path, before, after. Bounded. */
  changes: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
  effects: z.array(z.string()),
  decisions: z.array(decisionSchema),
  timers: z.array(timerViewSchema),
});

/** Every error answer. `code` is one of `docs/errors.md`. */
export const problemSchema = z.object({ code: z.string(), message: z.string() });

export const synchronizationRequestSchema = z.strictObject({
  mode: modeSchema.default('delta'),
  /** Tells as a task what the run would write, and writes nothing. */
  dryRun: z.boolean().default(false),
  /** Only these entity types; without it all. */
  types: typesSchema.optional(),
  /** You have looked at the deletes that the guard stopped, and they are right. */
  approveDeletes: z.boolean().default(false),
  by: requesterSchema,
});

export type IntegrationView = z.infer<typeof integrationViewSchema>;
export type StepView = z.infer<typeof stepViewSchema>;
export type ProofView = z.infer<typeof proofViewSchema>;
export type TimerView = z.infer<typeof timerViewSchema>;
export type Problem = z.infer<typeof problemSchema>;

/**
 * The vocabulary: every event that an integration understands.
 *
 * {@link outsideEventSchema} is what may come in through a door (HTTP, plugin, operator). Facts that the regions tell
 * each other inside one step are plain types: nobody outside can forge them.
 */
import { z } from 'zod';
import { type Mode, modeSchema, typesSchema } from './mode.ts';
import { policySchema } from './policy.ts';
import { taskSchema } from './task.ts';

export { type Mode, modeSchema };

/** Epoch milliseconds at which the fact was observed. */
const at = z.number().int();

export const phaseSchema = z.enum(['preflight', 'inventory', 'transferring', 'sweeping', 'proving']);
export type Phase = z.infer<typeof phaseSchema>;

/** Why something is as it is: a word for rules and a sentence for people. */
export const reasonSchema = z.object({ code: z.string(), message: z.string() });
export type Reason = z.infer<typeof reasonSchema>;

/** How one side answered a probe. */
export const reachSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), version: z.string().nullable(), latencyMs: z.number() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

/** What a probe of both sides found. `incompatible` is a sentence when the versions do not go together. */
export const probeReportSchema = z.object({
  source: reachSchema,
  target: reachSchema,
  incompatible: z.string().nullable(),
});
export type ProbeReport = z.infer<typeof probeReportSchema>;

const side = z.object({ count: z.number().int(), digest: z.string().nullable() });

/** `counts`: keys of both sides. `sampled`: the content of some of them. `content`: that of all. */
export const depthSchema = z.enum(['counts', 'sampled', 'content']);

/** Per entity type: counts and content digests of both sides, the verdict, and examples of what differs. */
export const proofSchema = z.object({
  at,
  depth: depthSchema,
  equal: z.boolean(),
  types: z.array(
    z.object({
      type: z.string(),
      /** When this type was compared, where that was earlier than the others. */
      at: at.optional(),
      source: side,
      target: side,
      equal: z.boolean(),
      missing: z.array(z.string()),
      surplus: z.array(z.string()),
      different: z.array(z.string()),
      /** The whole numbers behind the examples. */
      found: z.object({ missing: z.number().int(), surplus: z.number().int(), different: z.number().int() }).optional(),
    }),
  ),
});
export type Proof = z.infer<typeof proofSchema>;

/** How a run ended that came to its end. */
export const runOutcomeSchema = z.object({
  outcome: z.enum(['succeeded', 'incomplete']),
  reason: z.string().nullable(),
  proof: proofSchema,
  written: z.object({
    created: z.number().int(),
    updated: z.number().int(),
    deleted: z.number().int(),
    unchanged: z.number().int(),
  }),
  rejected: z.number().int(),
  /** What the run decided beyond its orders, such as adopting an entity or removing a duplicate; bounded. */
  decisions: z.array(z.object({ what: z.string(), because: z.string() })).optional(),
});
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

/** What was found when a deviation was diagnosed. `rungs` names those that can help: none means no remedy can. */
export const diagnosisSchema = z.object({
  signature: z.string(),
  message: z.string(),
  rungs: z.array(z.string()),
  evidence: z.record(z.string(), z.unknown()),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

export const typeProgressSchema = z.object({
  type: z.string(),
  done: z.number().int(),
  total: z.number().int().nullable(),
});
export type TypeProgress = z.infer<typeof typeProgressSchema>;

const taskId = z.string().min(1).max(64);

export const outsideEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('synchronization.requested'),
    at,
    mode: modeSchema,
    requestedBy: z.string(),
    types: typesSchema.optional(),
    approveDeletes: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('cancellation.requested'), at, requestedBy: z.string() }),
  z.strictObject({ type: z.literal('refresh.requested'), at, requestedBy: z.string() }),
  z.strictObject({ type: z.literal('release.requested'), at, requestedBy: z.string() }),
  z.strictObject({ type: z.literal('approval.given'), at, rung: z.string().min(1), by: z.string().min(1) }),
  z.strictObject({ type: z.literal('approval.refused'), at, rung: z.string().min(1), by: z.string().min(1) }),
  /** A person answers what a rung asked of them. */
  z.strictObject({
    type: z.literal('step.answered'),
    at,
    rung: z.string().min(1),
    done: z.boolean(),
    by: z.string().min(1),
    note: z.string().max(2_000).default(''),
  }),
  z.strictObject({ type: z.literal('hold.placed'), at, name: z.string().min(1), reason: z.string() }),
  z.strictObject({ type: z.literal('hold.released'), at, name: z.string().min(1) }),
  z.strictObject({ type: z.literal('policy.changed'), at, policy: policySchema }),
  z.strictObject({ type: z.literal('integration.restarted'), at, because: z.string() }),
  z.strictObject({ type: z.literal('run.advanced'), at, phase: phaseSchema }),
  z.strictObject({ type: z.literal('run.progressed'), at, progress: z.array(typeProgressSchema) }),
  z.strictObject({ type: z.literal('plugin.lost'), at, message: z.string() }),
  z.strictObject({ type: z.literal('plugin.answered'), at }),
  z.strictObject({ type: z.literal('task.requested'), at, id: taskId, task: taskSchema, requestedBy: z.string() }),
  z.strictObject({ type: z.literal('task.cancelled'), at, id: taskId, requestedBy: z.string() }),
]);
export type OutsideEvent = z.infer<typeof outsideEventSchema>;

/** Facts that one region tells the others, raised inside the step. */
export type InsideEvent =
  | { type: 'probe.judged'; at: number }
  | { type: 'connection.established'; at: number }
  | { type: 'connection.degraded'; at: number; reason: Reason }
  | { type: 'connection.lost'; at: number; reason: Reason }
  | { type: 'synchronization.succeeded'; at: number }
  | { type: 'synchronization.incomplete'; at: number; reason: Reason }
  | { type: 'synchronization.interrupted'; at: number; reason: Reason; exhausted: boolean }
  | { type: 'synchronization.stalled'; at: number; reason: Reason }
  | { type: 'check.answered'; at: number; proof: Proof; startedAt: number }
  | { type: 'verification.answered'; at: number; proof: Proof; startedAt: number };

export type IntegrationEvent = OutsideEvent | InsideEvent;

/** What a run and a check answer: zod schemas, because results cross a process boundary and enter records. */
import { z } from 'zod';

export const modeSchema = z.enum(['full', 'delta']);

const sideSchema = z.object({
  count: z.number().int(),
  /** Order-independent digest of the content; null when only counts were compared. */
  digest: z.string().nullable(),
});

/** The verdict for one entity type. The lists name a bounded number of keys; `found` holds the whole numbers. */
export const typeProofSchema = z.object({
  type: z.string(),
  source: sideSchema,
  target: sideSchema,
  equal: z.boolean(),
  /** Eligible in the source, not in the target. */
  missing: z.array(z.string()),
  /** In the target with our marker, not eligible in the source. */
  surplus: z.array(z.string()),
  /** On both sides with different content. */
  different: z.array(z.string()),
  /** More than one entity in the target carries the marker of this key. */
  duplicates: z.array(z.string()),
  found: z.object({
    missing: z.number().int(),
    surplus: z.number().int(),
    different: z.number().int(),
    duplicates: z.number().int(),
  }),
  /** Rejected entities that were left out of the comparison, because the limits allow so many. */
  rejected: z.number().int().default(0),
});

/** The evidence that source and target are equal, or where they are not. */
export const proofSchema = z.object({
  /** When the comparison began, epoch milliseconds: what changed later may not be in it. */
  at: z.number(),
  depth: z.enum(['counts', 'content', 'sampled']),
  /** Of a sampled proof: the part whose content was read back. After `of` proofs everything was. */
  sample: z.object({ part: z.number().int(), of: z.number().int() }).optional(),
  equal: z.boolean(),
  types: z.array(typeProofSchema),
  /** Source records (`kind key`) that appeared or vanished after they were walked; bounded. */
  sourceChanges: z.object({ appeared: z.array(z.string()), vanished: z.array(z.string()), count: z.number().int() }),
});

export const writtenSchema = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  deleted: z.number().int(),
  unchanged: z.number().int(),
  /** Found in the target by their marker and taken over instead of being created. */
  adopted: z.number().int(),
  duplicatesRemoved: z.number().int(),
});

/** A choice the engine made that a person may want to know of. */
export const decisionSchema = z.object({ what: z.string(), because: z.string() });

export const rejectedRecordSchema = z.object({
  type: z.string(),
  key: z.string(),
  reason: z.object({ code: z.string(), message: z.string() }),
  firstAt: z.number(),
  lastAt: z.number(),
  tries: z.number().int(),
  because: z.enum(['refused', 'dependency', 'conflict']),
  /** When the same content is offered again; null = with the next run. */
  nextTryAt: z.number().nullable(),
  origin: z.object({ kind: z.string(), key: z.string() }).nullable(),
});
export type RejectedRecord = Readonly<z.infer<typeof rejectedRecordSchema>>;

export const runResultSchema = z.object({
  runId: z.string(),
  mode: modeSchema,
  /** `succeeded` means proven equal, and nothing rejected. */
  outcome: z.enum(['succeeded', 'incomplete']),
  reason: z
    .enum([
      'counts-differ',
      'content-differs',
      'empty-source',
      'delete-guard',
      'visibility',
      'rejected',
      'source-changed',
    ])
    .nullable(),
  proof: proofSchema,
  written: writtenSchema,
  /** The first {@link SyncLimits.rejectedMax} rejected records; `rejectedCount` is the whole number. */
  rejected: z.array(rejectedRecordSchema),
  rejectedCount: z.number().int(),
  decisions: z.array(decisionSchema),
  startedAt: z.number(),
  endedAt: z.number(),
  /** Whether the run went on from the checkpoint of an interrupted one. */
  resumed: z.boolean(),
});

export const runReportSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('phase'),
    phase: z.enum(['preflight', 'inventory', 'transferring', 'sweeping', 'proving']),
  }),
  z.object({
    kind: z.literal('progress'),
    type: z.string(),
    /** In `transferring`: source records examined for this type. In `inventory` and `proving`: entities read. */
    done: z.number().int(),
    /** Null while it is not known. */
    total: z.number().int().nullable(),
  }),
]);

export type Mode = z.infer<typeof modeSchema>;
export type TypeProof = Readonly<z.infer<typeof typeProofSchema>>;
export type Proof = Readonly<z.infer<typeof proofSchema>>;
export type Written = Readonly<z.infer<typeof writtenSchema>>;
export type RunDecision = Readonly<z.infer<typeof decisionSchema>>;
export type RunResult = Readonly<z.infer<typeof runResultSchema>>;
export type RunReport = Readonly<z.infer<typeof runReportSchema>>;

/** The sum of two tallies of writes. */
export function addWritten(sum: Written, more: Partial<Written>): Written {
  return {
    created: sum.created + (more.created ?? 0),
    updated: sum.updated + (more.updated ?? 0),
    deleted: sum.deleted + (more.deleted ?? 0),
    unchanged: sum.unchanged + (more.unchanged ?? 0),
    adopted: sum.adopted + (more.adopted ?? 0),
    duplicatesRemoved: sum.duplicatesRemoved + (more.duplicatesRemoved ?? 0),
  };
}

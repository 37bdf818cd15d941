/** The checkpoint: how far a run has come, committed together with the page it speaks of. */
import { z } from 'zod';
import type { Json } from '../core/json.ts';
import { decisionSchema, modeSchema, writtenSchema } from './run-result.ts';

const counts = z.record(z.string(), z.number());
const json: z.ZodType<Json> = z.json();

const runCheckpointSchema = z.object({
  runId: z.string(),
  mode: modeSchema,
  mappingId: z.string(),
  /** The target types that the run is about; null = all. */
  types: z.array(z.string()).nullable(),
  startedAt: z.number(),
  /** When this checkpoint was taken; an old one is not resumed. */
  savedAt: z.number(),
  stage: z.enum(['inventory', 'transferring', 'finishing']),
  /** The target type the inventory has come to, and the page of its listing. */
  verify: z.object({ type: z.number().int(), cursor: json }),
  /** Source records by kind, as the inventory counted them. */
  totals: counts,
  /** The mapping step the walk has come to, and the page within it. */
  step: z.number().int(),
  cursor: json,
  /** Distinct records each walk has met; a kind that is not named has not been begun. */
  walked: counts,
  /** Bookmarks taken before the walks of this run, by kind: kept when the walk has come to its end. */
  bookmarks: z.record(z.string(), json),
  /** Kinds that refer to something that changed after they were walked: they are walked once more. */
  rewalk: z.array(z.string()),
  /** Deletes by type so far, so that rounds and resumes share one guard. */
  deleted: counts,
  written: writtenSchema,
  decisions: z.array(decisionSchema),
});

const leaseSchema = z.object({
  /** Who runs, for people: host and process. */
  owner: z.string(),
  /** Grows with every new holder: what an earlier one still tries to commit is refused. */
  fence: z.number().int(),
  /** Epoch milliseconds until which it holds without being renewed. */
  until: z.number(),
});

/** How the records of a kind refer to entities of other records, by type. */
const relationsSchema = z.record(z.string(), z.record(z.string(), z.enum(['optional', 'required'])));

export const checkpointSchema = z.object({
  /** Null when the last run has come to its end. */
  run: runCheckpointSchema.nullable(),
  lease: leaseSchema.nullable(),
  relations: relationsSchema,
  /** Grows when entities of a type that others refer to came, went or moved: see {@link Relations}. */
  epochs: counts,
  /** Where to go on in the change feed of a kind. */
  bookmarks: z.record(z.string(), json),
  /** Types of which the index may not know every entity: reading them back from the target has begun and not ended. */
  unread: z.array(z.string()).default([]),
  /**
   * Types of which entities were found by listing the target alone, because the index had lost them. What the list left out
   * is there as well: it is looked for before it is created, until a proof has shown that nothing was left out.
   */
  foundByList: z.array(z.string()).default([]),
  /** The part of the sample that the next sampled proof looks at. */
  proofPart: z.number().int(),
});

export type RunCheckpoint = Readonly<z.infer<typeof runCheckpointSchema>>;
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;
export type Lease = Readonly<z.infer<typeof leaseSchema>>;

/** The checkpoint of an index that was never used. */
export const emptyCheckpoint: Checkpoint = {
  run: null,
  lease: null,
  relations: {},
  epochs: {},
  bookmarks: {},
  unread: [],
  foundByList: [],
  proofPart: 0,
};

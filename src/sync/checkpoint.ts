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
  startedAt: z.number(),
  /** When this checkpoint was taken; an old one is not resumed. */
  savedAt: z.number(),
  stage: z.enum(['inventory', 'transferring', 'finishing']),
  /** Stamp of this run's inventory. */
  stamp: z.number(),
  /** The target type the inventory has come to, and the page of its listing. */
  verify: z.object({ type: z.number().int(), cursor: json }),
  /** Source records by kind, as the inventory counted them. */
  totals: counts,
  /** The mapping step the walk has come to, and the page within it. */
  step: z.number().int(),
  cursor: json,
  /** Stamp of the walk of each kind. A walk that starts again gets a new one. */
  stamps: counts,
  /** Distinct records each walk has met. */
  walked: counts,
  /** An entity has come to another id since the walk began: whatever refers to it must be compared once more. */
  moved: z.boolean().default(false),
  /** Deletes by type so far, so that rounds and resumes share one guard. */
  deleted: counts,
  written: writtenSchema,
  decisions: z.array(decisionSchema),
});

export const checkpointSchema = z.object({
  /** The highest stamp ever given out. */
  stamp: z.number(),
  /** Null when the last run has come to its end. */
  run: runCheckpointSchema.nullable(),
});

export type RunCheckpoint = Readonly<z.infer<typeof runCheckpointSchema>>;
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;

/**
 * A stamp that was never given out before. It follows the clock, so that stamps stay unique even when the checkpoint
 * was lost while stamped entries survive.
 */
export function nextStamp(last: number, nowMs: number): number {
  return Math.max(nowMs, last + 1);
}

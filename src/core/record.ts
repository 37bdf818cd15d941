/** The stored form of one instance: all that is needed to go on after the process is gone, as plain JSON. */
import { z } from 'zod';
import { type Json, jsonSchema as json } from './json.ts';

/** A pending timer. Its deadline is absolute: it fires at that time whatever happened to the process meanwhile. */
const timerSchema = z.object({
  /** XState's id of the delay; setting it again replaces the timer. */
  id: z.string(),
  /** Names this incarnation: a timer that fires after it was cancelled or set again is dropped by it. */
  token: z.string(),
  dueAt: z.number(),
  setAt: z.number(),
  event: z.looseObject({ type: z.string() }),
});

/** Work with an outcome that was started and has not answered yet. */
const executionSchema = z.object({
  /** Id and idempotency key: `<instance>:<step>.<index>`. Results name it; others are stale. */
  id: z.string(),
  /** The invoke's id in the machine. */
  child: z.string(),
  src: z.string(),
  input: json,
  startedAt: z.number(),
});

/** Work without an outcome for the machine (a page, a notification) that is not yet known to be done. */
const pendingActionSchema = z.object({ id: z.string(), type: z.string(), params: json });

export const recordSchema = z.object({
  v: z.literal(1),
  key: z.string(),
  /** Id of the machine, which carries its version. */
  machine: z.string(),
  /** Hash of the machine's structure when the record was written. */
  structure: z.string(),
  /** Steps of this instance so far. */
  step: z.number().int(),
  at: z.number(),
  snapshot: z.object({
    status: z.enum(['active', 'done', 'error', 'stopped']),
    value: json,
    context: json,
    historyValue: json.optional(),
    output: json.optional(),
    error: json.optional(),
  }),
  timers: z.array(timerSchema),
  executions: z.array(executionSchema),
  actions: z.array(pendingActionSchema),
});

export type InstanceRecord = z.infer<typeof recordSchema>;
export type Timer = z.infer<typeof timerSchema>;
export type Execution = z.infer<typeof executionSchema>;
export type PendingAction = z.infer<typeof pendingActionSchema>;

/** A record is JSON by its schema; `undefined` members of optional keys are left out when it is written. */
export function recordToJson(record: InstanceRecord): Json {
  return record as Json;
}

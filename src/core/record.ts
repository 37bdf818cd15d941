/**
 * The stored form of one instance: all that is needed to go on after the process is gone, as plain JSON.
 *
 * Records are never changed in place: the next record shares every part that a step left alone, so that two records
 * are compared, and their difference is written, at the price of what changed.
 */
import { z } from 'zod';
import { type Json, parsedJson as json } from './json.ts';

/** A pending timer. Its deadline is absolute: it fires at that time whatever happened to the process meanwhile. */
const timerSchema = z.object({
  /** Names this incarnation, see {@link fullId}: one that was cancelled or set again is dropped by it. */
  token: z.string(),
  setAt: z.number(),
  dueAt: z.number(),
  /** What is delivered. Left out for a delay of XState's own, whose event is named like its timer. */
  event: z.looseObject({ type: z.string() }).optional(),
});

/** Work with an outcome that was started and has not answered yet. */
const executionSchema = z.object({
  /** Names this incarnation, see {@link fullId}: results name it, others are stale. */
  token: z.string(),
  src: z.string(),
  input: json,
  startedAt: z.number(),
  /** Which try is under way or waits, 1 and up. */
  attempt: z.number().int(),
  /** Before this time the try is not begun; left out for the first. */
  notBefore: z.number().optional(),
});

/** Work without an outcome for the machine (a page, a notification) that is not yet known to be done. */
const pendingActionSchema = z.object({ type: z.string(), params: json });

export const recordSchema = z.object({
  v: z.literal(1),
  key: z.string(),
  /** Tells an instance from an earlier one that was removed and had the same key: the number of the commit that began it. */
  incarnation: z.number().int(),
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
  /** By XState's id of the delay; setting it again replaces the timer. */
  timers: z.record(z.string(), timerSchema),
  /** By the id of the invoke in the machine. */
  executions: z.record(z.string(), executionSchema),
  /** By token. */
  actions: z.record(z.string(), pendingActionSchema),
});

export type InstanceRecord = z.infer<typeof recordSchema>;
export type Timer = z.infer<typeof timerSchema>;
export type Execution = z.infer<typeof executionSchema>;
export type PendingAction = z.infer<typeof pendingActionSchema>;

/**
 * The name by which the outside knows a timer, an execution or an action: `<key>:<incarnation>:<token>`. It is never
 * given twice in the life of a store, and is the same after a restart: an idempotency key.
 */
export function fullId({ key, incarnation }: Pick<InstanceRecord, 'key' | 'incarnation'>, token: string): string {
  return `${key}:${incarnation}:${token}`;
}

/** A record is JSON by its schema; `undefined` members of optional keys are left out when it is written. */
export function recordToJson(record: InstanceRecord): Json {
  return record as Json;
}

/** A clock that was set back by no more than this is waited for, in milliseconds. */
const heldMsMax = 60_000;

/**
 * The time of a step at `now`. A machine's own time stands still while the clock is a little behind it, and follows a
 * clock that was set back further: windows, schedules and budgets go by the true time.
 */
export function stepTime({ at }: Pick<InstanceRecord, 'at'>, now: number): number {
  return now < at - heldMsMax ? now : Math.max(at, now);
}

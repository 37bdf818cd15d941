/** The shapes of what is asked of a plugin beside its runs: tasks, rejected records, differences. See `api.ts`. */
import { z } from 'zod';
import { taskSchema } from '../../machines/task.ts';

const time = z.number().int();
const reason = z.object({ code: z.string(), message: z.string() });

/** A task that waits, is under way, or has ended. */
export const taskViewSchema = z.object({
  id: z.string(),
  task: taskSchema,
  requestedBy: z.string(),
  requestedAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  /** `refused`: too many waited already. */
  status: z.enum(['waiting', 'working', 'done', 'failed', 'cancelled', 'refused']),
  /** What it answered, by the kind of task; null unless it is done. */
  result: z.record(z.string(), z.unknown()).nullable(),
  error: reason.nullable(),
});
export type TaskView = z.infer<typeof taskViewSchema>;

export const taskListSchema = z.object({ tasks: z.array(taskViewSchema) });

/** An entity that could not be written: why, since when, and when it is tried again. */
export const rejectedViewSchema = z.object({
  type: z.string(),
  key: z.string(),
  because: z.string(),
  reason,
  /** The record of the source that yields it; null when it is not known. */
  origin: z.object({ kind: z.string(), key: z.string() }).nullable(),
  firstAt: z.number(),
  lastAt: z.number(),
  tries: z.number().int(),
  /** When it is offered again unchanged; null: with the next run. */
  nextTryAt: z.number().nullable(),
});
export type RejectedView = z.infer<typeof rejectedViewSchema>;

export const rejectedListSchema = z.object({
  rejected: z.array(rejectedViewSchema),
  /** Goes on after this page as `after`; null on the last one. */
  next: z.string().nullable(),
  /** How many there are in all. */
  count: z.number().int(),
});
export type RejectedList = z.infer<typeof rejectedListSchema>;

/** What a run would do to one entity, and why: `fields` names what is not as the source says. */
export const differenceViewSchema = z.object({
  action: z.enum(['create', 'change', 'delete', 'rejected']),
  type: z.string(),
  key: z.string(),
  id: z.string().optional(),
  fields: z.array(z.object({ name: z.string(), source: z.unknown(), target: z.unknown() })).optional(),
  reason: reason.optional(),
});
export type DifferenceView = z.infer<typeof differenceViewSchema>;

/** A line of the stream of differences. A stream without `end` broke off: it is not the whole list. */
export const differenceLineSchema = z.discriminatedUnion('kind', [
  differenceViewSchema.extend({ kind: z.literal('difference') }),
  z.object({ kind: z.literal('end'), count: z.number().int() }),
  z.object({ kind: z.literal('error'), code: z.string(), message: z.string() }),
]);

export const differenceListSchema = z.object({
  differences: z.array(differenceViewSchema),
  /** False when there are more than the limit. */
  complete: z.boolean(),
});

const count = z.number().int();

/** How the relay of events stands; null where none are relayed. */
export const eventsViewSchema = z
  .object({
    counters: z.object({
      received: count,
      receivedAgain: count,
      accepted: count,
      dropped: count,
      droppedByKind: z.record(z.string(), count),
      raised: count,
      foundRaised: count,
      duplicates: count,
      /** Events that the target never got, by reason. */
      lost: z.object({ missing: count, entityMissing: count, queueFull: count, refused: count }),
      /** Windows of time in which events may have been missed. */
      gaps: z.object({ found: count, filled: count, unfilled: count }),
    }),
    /** Events that wait to be raised, and those of them whose entity does not exist yet. */
    waiting: count,
    waitingForEntity: count,
    /** Newest event, by the clock of the source. */
    lastEventAt: z.number().nullable(),
    /** When the source last answered. */
    heardAt: z.number().nullable(),
    /** Outages that are still to be made up for. */
    windows: count,
    caughtUp: z.boolean(),
    source: reason.nullable(),
    target: reason.nullable(),
    stopped: reason.nullable(),
  })
  .nullable();
export type EventsView = z.infer<typeof eventsViewSchema>;

/** What a dry run answers: counts by entity type. */
const byType = z.record(z.string(), z.number().int());
export const dryRunViewSchema = z.object({
  would: z.object({ create: byType, change: byType, delete: byType, rejected: byType }),
  /** The guard that would stop the deletes. */
  guard: z.enum(['empty-source', 'delete-guard']).nullable(),
  at: z.number(),
});

export const entityViewSchema = z.object({
  kind: z.string(),
  key: z.string(),
  /** False when the source says that there is no such record. */
  found: z.boolean(),
  entities: z.array(
    z.object({
      type: z.string(),
      key: z.string(),
      /** `left`: the record no longer yields it, and only a run deletes. */
      action: z.enum(['created', 'updated', 'unchanged', 'rejected', 'left']),
      id: z.string().nullable(),
      reason: reason.optional(),
    }),
  ),
});

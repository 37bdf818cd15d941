/** Tasks: what a person asks of the plugin beside the runs, one at a time, and what is remembered of it. */
import { z } from 'zod';
import { modeSchema, typesSchema } from './mode.ts';

/** Most rejected records that one task names. */
const refsMax = 200;
const refSchema = z.strictObject({ type: z.string().min(1).max(100), key: z.string().min(1).max(200) });
const refsSchema = z.array(refSchema).min(1).max(refsMax);

export const taskSchema = z.discriminatedUnion('kind', [
  /** What a run would write, without writing. */
  z.strictObject({ kind: z.literal('dry-run'), mode: modeSchema, types: typesSchema.nullable() }),
  /** One record of the source, now. */
  z.strictObject({ kind: z.literal('entity'), of: z.string().min(1).max(100), key: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('retry-rejected'), refs: z.union([z.literal('all'), refsSchema]) }),
  z.strictObject({ kind: z.literal('drop-rejected'), refs: refsSchema }),
  z.strictObject({ kind: z.literal('rebuild-index') }),
  /** A proof of everything by content. */
  z.strictObject({ kind: z.literal('verify') }),
  /** Frees the lease of a run whose owner does not end it. */
  z.strictObject({ kind: z.literal('take-over-run') }),
  /** The remedy of a rung, now. */
  z.strictObject({ kind: z.literal('remedy'), rung: z.string().min(1).max(60) }),
]);
export type Task = z.infer<typeof taskSchema>;

export interface TaskRequest {
  readonly id: string;
  readonly task: Task;
  readonly requestedBy: string;
  readonly requestedAt: number;
}

export interface TaskRecord extends TaskRequest {
  /** Null for a task that never began. */
  readonly startedAt: number | null;
  readonly endedAt: number;
  /** `refused`: too many waited already. */
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'refused';
  /** What it answered, plain JSON; null unless it is done. */
  readonly result: { readonly [member: string]: unknown } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface TasksMemory {
  /** Oldest first; bounded. */
  readonly waiting: readonly TaskRequest[];
  readonly current: (TaskRequest & { readonly startedAt: number }) | null;
  /** Newest last; bounded. */
  readonly ended: readonly TaskRecord[];
}

export const noTasks: TasksMemory = { waiting: [], current: null, ended: [] };

/** Most tasks that wait. */
export const tasksWaitingMax = 20;
/** How many ended tasks are remembered. */
const recordsMax = 20;
/** How many of the named records an ended task remembers. */
const refsKeptMax = 5;

const writing = new Set<Task['kind']>(['entity', 'retry-rejected', 'drop-rejected', 'rebuild-index', 'remedy']);

/** Whether a task changes the target, the index or what it runs on: none of these begins while a hold lasts. */
export const isWriting = ({ kind }: Task): boolean => writing.has(kind);

/** Whether a hold takes the task back while it is under way. Half a restart is worse than a whole one. */
export const isPutBack = (task: Task): boolean => isWriting(task) && task.kind !== 'remedy';

/** The first waiting task that may begin: one that only reads overtakes those that a hold stops. */
export function nextTask({ waiting }: TasksMemory, isHeld: boolean): TaskRequest | null {
  return waiting.find(({ task }) => !isHeld || !isWriting(task)) ?? null;
}

/** Whether a task of that id waits, is under way or is remembered: the same request twice is one task. */
export function isKnown({ waiting, current, ended }: TasksMemory, id: string): boolean {
  return [...waiting, ...(current === null ? [] : [current]), ...ended].some((task) => task.id === id);
}

export function withEnded(memory: TasksMemory, record: TaskRecord): TasksMemory {
  return { ...memory, ended: [...memory.ended, { ...record, task: shortened(record.task) }].slice(-recordsMax) };
}

function shortened(task: Task): Task {
  return 'refs' in task && task.refs !== 'all' ? { ...task, refs: task.refs.slice(0, refsKeptMax) } : task;
}

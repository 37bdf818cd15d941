/** What can happen to an instance, and what its machine then sees of it. */
import type { AnyEventObject } from 'xstate';
import type { Json } from './json.ts';
import { type Execution, fullId, type InstanceRecord, stepTime } from './record.ts';

/** `at` is epoch milliseconds; executions and actions are named by their full id. */
export type Stimulus =
  | {
      readonly kind: 'event';
      readonly event: { readonly type: string; readonly at: number };
      /** Set when an execution reports: the event counts only while that execution is current. */
      readonly execution?: string;
    }
  | { readonly kind: 'done'; readonly execution: string; readonly output: Json; readonly at: number }
  | { readonly kind: 'failed'; readonly execution: string; readonly error: Json; readonly at: number }
  /** An attempt failed and another one is due; the machine hears nothing of it. */
  | {
      readonly kind: 'retry';
      readonly execution: string;
      readonly error: Json;
      readonly notBefore: number;
      readonly at: number;
    }
  | { readonly kind: 'timer'; readonly token: string; readonly at: number }
  /** A named action is known to be done, or nobody tries it any more. */
  | { readonly kind: 'acted'; readonly action: string; readonly outcome: 'done' | 'given-up'; readonly at: number };

/** The event that the machine sees and the record without what it answers; null when the stimulus is stale. */
export function enter(
  record: InstanceRecord,
  stimulus: Exclude<Stimulus, { kind: 'acted' | 'retry' }>,
): { readonly event: AnyEventObject & { at: number }; readonly before: InstanceRecord } | null {
  switch (stimulus.kind) {
    case 'event': {
      const { execution, event } = stimulus;
      return execution === undefined || executionOf(record, execution) ? { event, before: record } : null;
    }
    case 'timer':
      return ring(record, stimulus.token, stimulus.at);
    case 'done':
    case 'failed': {
      const actorId = executionOf(record, stimulus.execution)?.child;
      if (actorId === undefined) return null;
      const { [actorId]: _, ...executions } = record.executions;
      const at = stepTime(record, stimulus.at);
      const event =
        stimulus.kind === 'done'
          ? { type: `xstate.done.actor.${actorId}`, output: stimulus.output, actorId, at }
          : { type: `xstate.error.actor.${actorId}`, error: stimulus.error, actorId, at };
      return { event, before: { ...record, executions } };
    }
  }
}

/** A timer rings once: it leaves the record with the step that hears it. */
function ring(record: InstanceRecord, token: string, at: number): ReturnType<typeof enter> {
  for (const [id, timer] of Object.entries(record.timers)) {
    if (timer.token !== token) continue;
    const { [id]: _, ...timers } = record.timers;
    const event = { ...(timer.event ?? { type: id }), at: stepTime(record, at) };
    return { event, before: { ...record, timers } };
  }
  return null;
}

export function executionOf(
  record: InstanceRecord,
  id: string,
): { readonly child: string; readonly execution: Execution } | undefined {
  for (const [child, execution] of Object.entries(record.executions))
    if (fullId(record, execution.token) === id) return { child, execution };
  return undefined;
}

/**
 * The step: one stimulus turns a stored record into the next record, and says what the shell must do.
 *
 * Pure: no clock, no I/O. Everything that happens to an instance passes here, and here alone late results are dropped:
 * an execution or timer that is not in the record any more has no voice (promise R4).
 */
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { edgeName } from './edges.ts';
import type { Effect } from './effect.ts';
import { type Decision, Fold } from './fold.ts';
import type { Json } from './json.ts';
import type { InstanceRecord } from './record.ts';
import { type Capture, captureScope } from './scope.ts';
import { type Instance, persist, structureOf, withChildren } from './snapshot.ts';

/** What can happen to an instance. `at` is epoch milliseconds. */
export type Stimulus =
  | {
      readonly kind: 'event';
      readonly event: { readonly type: string; readonly at: number };
      /** Set when an execution reports: the event counts only while that execution is current. */
      readonly execution?: string;
    }
  | { readonly kind: 'done'; readonly execution: string; readonly output: Json; readonly at: number }
  | { readonly kind: 'failed'; readonly execution: string; readonly error: Json; readonly at: number }
  | { readonly kind: 'timer'; readonly token: string; readonly at: number }
  /** A named action is known to be done. */
  | { readonly kind: 'acted'; readonly action: string; readonly at: number };

/** What a step did. */
export interface Stepped {
  readonly kind: 'stepped';
  readonly instance: Instance;
  readonly event: { readonly type: string };
  readonly effects: readonly Effect[];
  /** Names of the transitions taken, see {@link edgeName}. */
  readonly transitions: readonly string[];
  readonly decisions: readonly Decision[];
}

/** Nothing happened: the result or timer is stale, or the instance has ended. */
export interface Dropped {
  readonly kind: 'dropped';
  readonly because: 'stale' | 'ended';
}

/** Starts an instance: its first record, and the effects of its initial states. */
export function begin(
  machine: AnyStateMachine,
  options: { readonly key: string; readonly input: Json; readonly at: number },
): Stepped {
  const { key, input, at } = options;
  const { scope, capture } = captureScope(key);
  const event = { type: 'xstate.init', at };
  const snapshot = machine.getInitialSnapshot(scope, { ...(input as object), at }) as AnyMachineSnapshot;
  if (snapshot.status === 'error') throw snapshot.error;
  const record: InstanceRecord = {
    v: 1,
    key,
    machine: machine.id,
    structure: structureOf(machine),
    step: 0,
    at,
    snapshot: persist(machine, snapshot),
    timers: [],
    executions: [],
    actions: [],
  };
  return conclude({ machine, before: record, snapshot, capture, event, at });
}

/** Takes one stimulus. Throws nothing: an exception inside the machine ends the instance with status `error`. */
export function step(machine: AnyStateMachine, instance: Instance, stimulus: Stimulus): Stepped | Dropped {
  const { record } = instance;
  if (stimulus.kind === 'acted') return acted(instance, stimulus.action, stimulus.at);
  if (record.snapshot.status !== 'active') return { kind: 'dropped', because: 'ended' };
  const event = eventOf(record, stimulus);
  if (event === null) return { kind: 'dropped', because: 'stale' };
  const { scope, capture } = captureScope(record.key);
  const before = settle(record, stimulus);
  const at = event.at;
  try {
    const current = withChildren(instance.snapshot, before.executions);
    const snapshot = machine.transition(current, event, scope) as AnyMachineSnapshot;
    return conclude({ machine, before, snapshot, capture, event, at });
  } catch (error) {
    return conclude({ machine, before, snapshot: broken(instance.snapshot, error), capture: none, event, at });
  }
}

const none: Capture = { actions: [], transitions: [] };

/** The event that the machine sees, or null when the stimulus is stale. */
function eventOf(
  record: InstanceRecord,
  stimulus: Exclude<Stimulus, { kind: 'acted' }>,
): (AnyEventObject & { at: number }) | null {
  switch (stimulus.kind) {
    case 'event': {
      const { execution, event } = stimulus;
      return execution === undefined || isCurrent(record, execution) ? { ...event } : null;
    }
    case 'timer': {
      const timer = record.timers.find(({ token }) => token === stimulus.token);
      return timer ? { ...timer.event, at: stimulus.at } : null;
    }
    case 'done':
    case 'failed': {
      const execution = record.executions.find(({ id }) => id === stimulus.execution);
      if (!execution) return null;
      const actorId = execution.child;
      return stimulus.kind === 'done'
        ? { type: `xstate.done.actor.${actorId}`, output: stimulus.output, actorId, at: stimulus.at }
        : { type: `xstate.error.actor.${actorId}`, error: stimulus.error, actorId, at: stimulus.at };
    }
  }
}

const isCurrent = (record: InstanceRecord, execution: string) => record.executions.some(({ id }) => id === execution);

/** Takes out of the record what the stimulus answers: a timer fires once, an execution answers once. */
function settle(record: InstanceRecord, stimulus: Stimulus): InstanceRecord {
  if (stimulus.kind === 'timer')
    return { ...record, timers: record.timers.filter(({ token }) => token !== stimulus.token) };
  if (stimulus.kind === 'done' || stimulus.kind === 'failed')
    return { ...record, executions: record.executions.filter(({ id }) => id !== stimulus.execution) };
  return record;
}

function acted(instance: Instance, action: string, at: number): Stepped | Dropped {
  const { record } = instance;
  const actions = record.actions.filter(({ id }) => id !== action);
  if (actions.length === record.actions.length) return { kind: 'dropped', because: 'stale' };
  const next = { ...record, actions, at, step: record.step + 1 };
  const event = { type: 'action.done' };
  return {
    kind: 'stepped',
    instance: { ...instance, record: next },
    event,
    effects: [],
    transitions: [],
    decisions: [],
  };
}

interface Conclusion {
  readonly machine: AnyStateMachine;
  readonly before: InstanceRecord;
  readonly snapshot: AnyMachineSnapshot;
  readonly capture: Capture;
  readonly event: { readonly type: string };
  readonly at: number;
}

/** Folds the captured actions into the next record, and says what they ask of the shell. */
function conclude({ machine, before, snapshot, capture, event, at }: Conclusion): Stepped {
  const fold = new Fold(before, at);
  for (const action of capture.actions) fold.take(action);
  if (snapshot.status !== 'active') fold.endAll();
  const record: InstanceRecord = { ...fold.record(), snapshot: persist(machine, snapshot) };
  return {
    kind: 'stepped',
    instance: { record, snapshot: withChildren(snapshot, record.executions) },
    event,
    effects: fold.effects,
    transitions: capture.transitions.map((transition) => edgeName(machine, transition)),
    decisions: fold.decisions,
  };
}

function broken(snapshot: AnyMachineSnapshot, error: unknown): AnyMachineSnapshot {
  return { ...snapshot, status: 'error', error } as AnyMachineSnapshot;
}

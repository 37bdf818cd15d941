/**
 * The step: one stimulus turns a stored record into the next record, and says what the shell must do.
 *
 * Pure: no clock, no I/O. Everything that happens to an instance passes here, and here alone late results are dropped:
 * an execution or timer that is not in the record any more has no voice (promise R4).
 */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { edgeName } from './edges.ts';
import type { Effect } from './effect.ts';
import { type Decision, Fold } from './fold.ts';
import { fullId, type InstanceRecord, stepTime } from './record.ts';
import { type Capture, captureScope } from './scope.ts';
import { type Instance, persist, revive, structureOf, withChildren } from './snapshot.ts';
import { enter, executionOf, type Stimulus } from './stimulus.ts';

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

export interface BeginOptions {
  readonly key: string;
  readonly input: unknown;
  readonly at: number;
  /** See {@link InstanceRecord}. @default 1 */
  readonly incarnation?: number;
}

/**
 * Starts an instance: its first record, and the effects of its initial states. An input that is an object gets the time
 * `at`, because a context may not read a clock.
 *
 * @throws what the machine's own initial context throws, and Error when that context is not JSON
 */
export function begin(machine: AnyStateMachine, { key, input, at, incarnation = 1 }: BeginOptions): Stepped {
  const { scope, capture } = captureScope(key, machine);
  const event = { type: 'xstate.init', at };
  const timed = typeof input === 'object' ? { ...input, at } : input;
  const snapshot = machine.getInitialSnapshot(scope, timed) as AnyMachineSnapshot;
  if (snapshot.status === 'error') throw snapshot.error;
  const record: InstanceRecord = {
    v: 1,
    key,
    incarnation,
    machine: machine.id,
    structure: structureOf(machine),
    step: 0,
    at,
    snapshot: persist(machine, snapshot, null),
    timers: {},
    executions: {},
    actions: {},
  };
  return conclude({ machine, before: record, snapshot, capture, event, at });
}

/** Takes one stimulus. Throws nothing: an exception inside the machine ends the instance with status `error`. */
export function step(machine: AnyStateMachine, instance: Instance, stimulus: Stimulus): Stepped | Dropped {
  const { record } = instance;
  if (stimulus.kind === 'acted') return acted(instance, stimulus);
  if (record.snapshot.status !== 'active') return { kind: 'dropped', because: 'ended' };
  if (stimulus.kind === 'retry') return retried(instance, stimulus);
  const entered = enter(record, stimulus);
  if (entered === null) return { kind: 'dropped', because: 'stale' };
  const { event, before } = entered;
  const { at } = event;
  const current = instance.snapshot ?? revive(machine, record);
  try {
    const { scope, capture } = captureScope(record.key, machine);
    const snapshot = machine.transition(withChildren(current, before.executions), event, scope) as AnyMachineSnapshot;
    return conclude({ machine, before, snapshot, capture, event, at });
  } catch (error) {
    return conclude({ machine, before, snapshot: broken(current, error), capture: none, event, at });
  }
}

const none: Capture = { actions: [], transitions: [] };

function retried(instance: Instance, stimulus: Extract<Stimulus, { kind: 'retry' }>): Stepped | Dropped {
  const { record } = instance;
  const found = executionOf(record, stimulus.execution);
  if (!found) return { kind: 'dropped', because: 'stale' };
  const { child } = found;
  const { notBefore, error } = stimulus;
  const execution = { ...found.execution, attempt: found.execution.attempt + 1, notBefore };
  const executions = { ...record.executions, [child]: execution };
  const at = stepTime(record, stimulus.at);
  const event = { type: 'execution.retried', child, attempt: execution.attempt, notBefore, error, at };
  const next = { ...record, executions, at, step: record.step + 1 };
  return aside({ ...instance, record: next }, event, [{ kind: 'execute', child, execution }]);
}

function acted(instance: Instance, stimulus: Extract<Stimulus, { kind: 'acted' }>): Stepped | Dropped {
  const { record } = instance;
  const token = Object.keys(record.actions).find((pending) => fullId(record, pending) === stimulus.action);
  if (token === undefined) return { kind: 'dropped', because: 'stale' };
  const { [token]: action, ...actions } = record.actions;
  const at = stepTime(record, stimulus.at);
  const event = { type: `action.${stimulus.outcome}`, action: action?.type, at };
  return aside({ ...instance, record: { ...record, actions, at, step: record.step + 1 } }, event, []);
}

/** A step of which the machine itself hears nothing. */
function aside(instance: Instance, event: { readonly type: string }, effects: readonly Effect[]): Stepped {
  return { kind: 'stepped', instance, event, effects, transitions: [], decisions: [] };
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
  const { v, key, incarnation, structure } = before;
  const { step, timers, executions, actions } = fold.parts();
  const state = persist(machine, snapshot, before.snapshot);
  // Written out, so that all records have one shape in memory: they are compared member by member at every commit.
  const record: InstanceRecord = {
    v,
    key,
    incarnation,
    machine: before.machine,
    structure,
    step,
    at,
    snapshot: state,
    timers,
    executions,
    actions,
  };
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

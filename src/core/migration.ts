/** From one version of a machine to the next: an explicit change of the state, and what XState then leaves undone. */
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import { Fold } from './fold.ts';
import type { Json } from './json.ts';
import { type InstanceRecord, stepTime } from './record.ts';
import { type Instance, persist, structureOf, withChildren } from './snapshot.ts';
import type { Stepped } from './step.ts';

/** The state of an instance between two versions. */
export interface MigratedState {
  /** XState's state value: `"open"`, or an object with one member per region. */
  readonly value: Json;
  readonly context: Json;
}

/** How a record of an older machine becomes one of the machine that it is registered with. */
export interface Migration {
  /** Id of the machine that wrote the record, for example `order@1`. */
  readonly from: string;
  /** Pure. States that the new machine has beneath an old one start in their initial state. */
  migrate(state: MigratedState): MigratedState;
}

/** A machine that was edited without a new id: what its records say is kept, if it still has the states. */
export const unchangedState = (state: MigratedState): MigratedState => state;

/**
 * Takes a record to another machine. Timers and executions that belong to a state which is still active go on; those of
 * states that are gone end; the ones that the new machine has there and the old one had not are started, which XState
 * does not do.
 *
 * @throws Error when a state of the value does not exist in the machine, or the migrated context is not JSON
 */
export function migrate(
  machine: AnyStateMachine,
  record: InstanceRecord,
  { migrate, at: now }: Pick<Migration, 'migrate'> & { readonly at: number },
): Stepped {
  const at = stepTime(record, now);
  const renamed: InstanceRecord = {
    ...record,
    machine: machine.id,
    structure: structureOf(machine),
    timers: renameTimers(record.timers, record.machine, machine.id),
  };
  const event = { type: 'instance.migrated', at, from: record.machine, to: machine.id };
  const { value, context } = migrate(record.snapshot);
  const resolved = machine.resolveState({
    value: value as never, // checked by resolveState, which throws on a state that does not exist
    context: context as never,
    status: record.snapshot.status,
  }) as AnyMachineSnapshot;
  const fold = new Fold(renamed, at);
  if (resolved.status === 'active') settle(machine, resolved, { fold, record: renamed, event });
  const { error, output } = record.snapshot;
  const next: InstanceRecord = {
    ...renamed,
    ...fold.parts(),
    snapshot: {
      ...persist(machine, resolved, null),
      ...(error === undefined ? {} : { error }),
      ...(output === undefined ? {} : { output }),
    },
  };
  const instance: Instance = { record: next, snapshot: withChildren(resolved, next.executions) };
  const what = record.machine === machine.id ? `took over an edited ${machine.id}` : `migrated to ${machine.id}`;
  const because =
    record.machine === machine.id
      ? 'its record was written by a machine of the same id and another structure'
      : `its record was written by ${record.machine}`;
  return {
    kind: 'stepped',
    instance,
    event,
    effects: fold.effects,
    transitions: [],
    decisions: [{ what, because }],
  };
}

/** XState names the timer of a delay after its state, whose id begins with the machine's. */
function renameTimers(timers: InstanceRecord['timers'], from: string, to: string): InstanceRecord['timers'] {
  if (from === to) return timers;
  const rename = (id: string) =>
    id.startsWith('xstate.after.') ? `${id}.`.replace(`.${from}.`, `.${to}.`).slice(0, -1) : id;
  return Object.fromEntries(Object.entries(timers).map(([id, timer]) => [rename(id), timer]));
}

interface Settling {
  readonly fold: Fold;
  readonly record: InstanceRecord;
  readonly event: { readonly type: string };
}

/** Ends the timers and executions of states that are not active, and starts those that active states lack. */
function settle(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, { fold, record, event }: Settling): void {
  const nodes: readonly AnyStateNode[] = snapshot._nodes;
  const invokes = nodes.flatMap((node) => node.invoke);
  const delays = nodes.flatMap((node) => [...node.after]);
  for (const [child, { src }] of Object.entries(record.executions))
    if (!invokes.some((invoke) => invoke.id === child && invoke.src === src)) fold.stop(child);
  for (const id of Object.keys(record.timers))
    if (id.startsWith('xstate.after.') && !delays.some(({ eventType }) => eventType === id)) fold.cancel(id);
  for (const { eventType, delay } of delays)
    if (!(eventType in record.timers) && delay !== undefined)
      fold.set(eventType, delayOf(machine, delay, { context: snapshot.context, event }), { type: eventType });
  for (const { id, src, input } of invokes) {
    if (record.executions[id]?.src === src) continue;
    const given: unknown = typeof input === 'function' ? input({ context: snapshot.context, event } as never) : input;
    fold.start({ id, src: src as string, input: given }); // the durable profile allows names only
  }
}

type Args = { readonly context: unknown; readonly event: { readonly type: string } };

function delayOf(machine: AnyStateMachine, delay: unknown, args: Args): number {
  const named: unknown = typeof delay === 'string' ? machine.implementations.delays[delay] : delay;
  const ms: unknown = typeof named === 'function' ? named(args, undefined) : named;
  if (typeof ms === 'number') return ms;
  throw new Error(`the delay "${String(delay)}" of ${machine.id} is not a number of milliseconds`);
}

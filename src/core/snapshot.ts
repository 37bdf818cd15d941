/** Between a stored record and XState's own form of the same state. */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { contentHash, type Json, requireJson, toJson } from './json.ts';
import type { InstanceRecord } from './record.ts';
import { captureScope, childStandIn, isStandIn } from './scope.ts';

/** An instance in memory: its record, and the same state in XState's form once somebody has needed it. */
export interface Instance {
  readonly record: InstanceRecord;
  readonly snapshot: AnyMachineSnapshot | null;
}

const structures = new WeakMap<AnyStateMachine, string>();

/** Hash of what a machine is made of; another hash under the same id means that the machine was edited. */
export function structureOf(machine: AnyStateMachine): string {
  const known = structures.get(machine);
  if (known !== undefined) return known;
  const structure = contentHash(JSON.parse(JSON.stringify(machine.config)) as Json);
  structures.set(machine, structure);
  return structure;
}

/** The state of a record in XState's form, made without running any user code. */
export function revive(machine: AnyStateMachine, { key, snapshot, executions }: InstanceRecord): AnyMachineSnapshot {
  const { scope } = captureScope(key, machine);
  // The children run outside: XState only needs something to stop, see childStandIn.
  const stored = { ...snapshot, children: {} } as unknown as Parameters<typeof machine.restoreSnapshot>[0];
  return withChildren(machine.restoreSnapshot(stored, scope) as AnyMachineSnapshot, executions);
}

/**
 * The state as plain JSON. The context is taken as it is, so that what a step left alone stays the same object.
 *
 * @throws Error when the context, output or history holds what JSON would lose
 */
export function persist(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  before: InstanceRecord['snapshot'] | null,
): InstanceRecord['snapshot'] {
  const { status, value, context, output, error, historyValue } = snapshot;
  requireJson(context, before?.context ?? null, 'context');
  const persisted: Writable<InstanceRecord['snapshot']> = {
    status,
    value: value as Json, // XState's own, objects of strings
    context: context as Json, // checked above
  };
  if (hasMembers(historyValue)) persisted.historyValue = historyOf(machine, snapshot);
  if (output !== undefined) persisted.output = toJson(output);
  if (error !== undefined) persisted.error = errorJson(error);
  return persisted;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const hasMembers = (value: object) => {
  for (const _ in value) return true;
  return false;
};

function historyOf(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): Json {
  // getPersistedSnapshot asks each child for its state; ours run outside and are kept in `executions`.
  const childless = { ...snapshot, children: {} } as AnyMachineSnapshot;
  return (machine.getPersistedSnapshot(childless) as unknown as { historyValue: Json }).historyValue;
}

function errorJson(error: unknown): Json {
  return error instanceof Error ? { name: error.name, message: error.message } : toJson(error);
}

/** Whether the children are the stand-ins of exactly these executions. */
function standsFor(children: AnyMachineSnapshot['children'], executions: InstanceRecord['executions']): boolean {
  for (const child in children) if (!(child in executions) || !isStandIn(children[child])) return false;
  for (const child in executions) if (!(child in children)) return false;
  return true;
}

/** The same state with a stand-in for each execution, so that leaving a state can name what to stop. */
export function withChildren(
  snapshot: AnyMachineSnapshot,
  executions: InstanceRecord['executions'],
): AnyMachineSnapshot {
  if (standsFor(snapshot.children, executions)) return snapshot;
  const children: Record<string, ReturnType<typeof childStandIn>> = {};
  for (const child of Object.keys(executions)) children[child] = childStandIn(child);
  // A snapshot's own methods read `this`: the copy must keep them, which a spread of own members does.
  return { ...snapshot, children } as AnyMachineSnapshot;
}

/** Between a stored record and XState's own form of the same state. */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { contentHash, type Json, toJson } from './json.ts';
import type { Execution, InstanceRecord } from './record.ts';
import { captureScope, childStandIn } from './scope.ts';

/** An instance in memory: its record, and the same state in XState's form. */
export interface Instance {
  readonly record: InstanceRecord;
  readonly snapshot: AnyMachineSnapshot;
}

/** Hash of what a machine is made of; another hash under the same id means that the machine was edited. */
export function structureOf(machine: AnyStateMachine): string {
  return contentHash(JSON.parse(JSON.stringify(machine.config)) as Json);
}

/** Brings a stored record back to life, without running any user code. */
export function revive(machine: AnyStateMachine, record: InstanceRecord): Instance {
  const { scope } = captureScope(record.key);
  // The children run outside: XState only needs something to stop, see childStandIn.
  const stored = { ...record.snapshot, children: {} } as unknown as Parameters<typeof machine.restoreSnapshot>[0];
  const snapshot = machine.restoreSnapshot(stored, scope) as AnyMachineSnapshot;
  return { record, snapshot: withChildren(snapshot, record.executions) };
}

/** The state as plain JSON. */
export function persist(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): InstanceRecord['snapshot'] {
  // getPersistedSnapshot asks each child for its state; ours run outside and are kept in `executions`.
  const childless = { ...snapshot, children: {} } as AnyMachineSnapshot;
  const { status, value, context, historyValue, output, error } = machine.getPersistedSnapshot(
    childless,
  ) as unknown as InstanceRecord['snapshot'];
  return {
    status,
    value,
    context,
    ...(isEmpty(historyValue) ? {} : { historyValue }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error: errorJson(error) }),
  };
}

const isEmpty = (value: unknown) => value === undefined || Object.keys(value as object).length === 0;

function errorJson(error: unknown): Json {
  return error instanceof Error ? { name: error.name, message: error.message } : toJson(error);
}

/** The same state with a stand-in for each execution, so that leaving a state can name what to stop. */
export function withChildren(snapshot: AnyMachineSnapshot, executions: readonly Execution[]): AnyMachineSnapshot {
  const children = Object.fromEntries(executions.map(({ child }) => [child, childStandIn(child)]));
  // A snapshot's own methods read `this`: the copy must keep them, which a spread of own members does.
  return { ...snapshot, children } as AnyMachineSnapshot;
}

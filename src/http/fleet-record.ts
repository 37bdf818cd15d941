/** The fleet as the runtime holds it: what others of this room read of it. */
import type { FleetContext } from '../../machines/fleet/memory.ts';
import type { PendingDelay } from '../core/explain.ts';
import { fleetKey } from '../core/fleet-key.ts';
import type { InstanceRecord, Runtime } from '../runtime/index.ts';
import { delayName } from './delay-name.ts';

export interface FleetState {
  readonly context: FleetContext;
  readonly timers: readonly PendingDelay[];
}

/** Null where the runtime has no fleet: a library may run integrations without one. */
export function fleetState({ runtime }: { readonly runtime: Runtime }): FleetState | null {
  const record = runtime.record(fleetKey);
  if (record === undefined) return null;
  // Under that key only the machine of the fleet is started.
  return { context: record.snapshot.context as unknown as FleetContext, timers: pendingDelays(record) };
}

/** Pending timers by the names of their delays. */
export function pendingDelays({ timers }: InstanceRecord): readonly PendingDelay[] {
  return Object.entries(timers).map(([id, { dueAt }]) => ({ delay: delayName(id) ?? id, dueAt }));
}

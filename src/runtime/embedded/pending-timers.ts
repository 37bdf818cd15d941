/** The pending timers of instances, as people ask for them. */
import type { Instance } from '../../core/snapshot.ts';
import type { Registrations } from '../registration.ts';
import type { PendingTimer } from '../runtime.ts';

/** All timers of these instances, soonest first. */
export function pendingTimers(
  registrations: Registrations,
  instances: Iterable<Instance | null | undefined>,
): readonly PendingTimer[] {
  const found: PendingTimer[] = [];
  for (const instance of instances) {
    if (!instance) continue;
    const { key, machine, timers } = instance.record;
    for (const [id, { setAt, dueAt }] of Object.entries(timers))
      found.push({ key, id, delay: registrations.delayOf(machine, id), setAt, dueAt });
  }
  return found.sort((a, b) => a.dueAt - b.dueAt);
}

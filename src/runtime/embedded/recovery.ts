/** What each stored record becomes when the runtime opens: alive as it is, taken to a newer machine, or set aside. */
import type { AnyStateMachine } from 'xstate';
import type { Json } from '../../core/json.ts';
import { migrate, unchangedState } from '../../core/migration.ts';
import { type InstanceRecord, recordSchema } from '../../core/record.ts';
import { type Instance, structureOf } from '../../core/snapshot.ts';
import type { Stepped } from '../../core/step.ts';
import { moveTimers } from '../../core/timer-policy.ts';
import type { Registrations } from '../registration.ts';
import type { SetAside } from '../runtime.ts';

export type RecoveredInstance =
  /** `steps` are to be committed, in order, before the instance is what the last of them says. */
  | { readonly kind: 'alive'; readonly instance: Instance; readonly steps: readonly Stepped[] }
  | { readonly kind: 'set-aside'; readonly setAside: SetAside };

export interface RecoveryOptions {
  readonly registrations: Registrations;
  /** See {@link Absence}. */
  readonly lastAliveAt: number;
  readonly at: number;
}

/** Judges one stored record (promise R5). Throws nothing: what cannot be used is set aside, and never stops the others. */
export function recoverInstance(key: string, stored: Json, options: RecoveryOptions): RecoveredInstance {
  const aside = (machine: string | null, why: string): RecoveredInstance => ({
    kind: 'set-aside',
    setAside: { key, machine, why, stored },
  });
  const parsed = recordSchema.safeParse(stored);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return aside(null, `its record has no known shape: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const record: InstanceRecord = parsed.data;
  try {
    const found: Instance = { record, snapshot: null };
    const migrated = toRegistered(found, options);
    if (migrated === null) {
      const known = options.registrations.ids.join(', ');
      return aside(record.machine, `no machine of that id is registered, and no migration leads from it to ${known}`);
    }
    const newest = migrated.at(-1)?.instance ?? found;
    const moved = withMovedTimers(newest, options);
    return { kind: 'alive', instance: found, steps: moved ? [...migrated, moved] : migrated };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return aside(record.machine, `it cannot be taken to the registered machine: ${why}`);
  }
}

/** The steps that lead to a registered machine, none when the record is of one; null when there is no way. */
function toRegistered(found: Instance, { registrations, at }: RecoveryOptions): readonly Stepped[] | null {
  const steps: Stepped[] = [];
  let { record } = found;
  const take = (machine: AnyStateMachine, by: Parameters<typeof migrate>[2]['migrate']) => {
    const step = migrate(machine, record, { migrate: by, at });
    steps.push(step);
    record = step.instance.record;
  };
  // Each round leads to a registered machine, so that more rounds than machines go in a circle.
  for (let rounds = 0; rounds <= registrations.ids.length; rounds += 1) {
    const way = registrations.migrationFrom(record.machine);
    if (way) {
      take(way.to.machine, way.migration.migrate);
      continue;
    }
    const registered = registrations.find(record.machine);
    if (!registered) return null;
    if (record.structure !== structureOf(registered.machine)) take(registered.machine, unchangedState);
    return steps;
  }
  throw new Error(`the migrations from ${found.record.machine} go in a circle`);
}

function withMovedTimers(instance: Instance, { registrations, lastAliveAt, at }: RecoveryOptions): Stepped | null {
  const { machine, snapshot } = instance.record;
  if (snapshot.status !== 'active') return null;
  return moveTimers(instance, { lastAliveAt, at, policyOf: (id) => registrations.policyOf(machine, id) });
}

/** The machines that a runtime knows: what may come in through their doors, and how older records reach them. */
import type { AnyStateMachine } from 'xstate';
import type { z } from 'zod';
import { checkDurable, type Needs } from '../core/durable-profile.ts';
import { invariant } from '../core/errors.ts';
import type { Migration } from '../core/migration.ts';
import type { TimerPolicy } from '../core/timer-policy.ts';

/** A machine with what its host adds to it. */
export interface Registration<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly machine: Machine;
  /** Checks every event from outside; without it only reserved names are refused. */
  readonly events?: z.ZodType<{ type: string; at: number }>;
  /** From older versions; each leads to this machine. A record of an older version that has none goes on as it is. */
  readonly migrations?: readonly Migration[];
  /** What becomes of pending delays while the process is away or the clock is set, by name. @default 'deadline' */
  readonly timers?: { readonly [delay: string]: TimerPolicy };
}

interface Registered extends Registration {
  readonly needs: Needs;
}

export class Registrations {
  readonly #byId: ReadonlyMap<string, Registered>;
  readonly #migrations = new Map<string, { readonly to: Registered; readonly migration: Migration }>();

  /** @throws CodedError SW_MACHINE_NOT_DURABLE */
  constructor(machines: readonly (AnyStateMachine | Registration)[]) {
    const registered = machines.map((given): Registered => {
      const registration = 'machine' in given ? given : { machine: given };
      return { ...registration, needs: checkDurable(registration.machine) };
    });
    this.#byId = new Map(registered.map((registration) => [registration.machine.id, registration]));
    invariant(this.#byId.size === machines.length, 'every registered machine has an id of its own');
    for (const to of registered)
      for (const migration of to.migrations ?? []) this.#migrations.set(migration.from, { to, migration });
  }

  get all(): readonly Registered[] {
    return [...this.#byId.values()];
  }

  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  find(machine: string): Registered | undefined {
    return this.#byId.get(machine);
  }

  /** The machine of a live instance. */
  of({ machine }: { readonly machine: string }): Registered {
    const registered = this.#byId.get(machine);
    invariant(registered, `the machine ${machine} of a live instance is registered`);
    return registered;
  }

  /** Where a record of that machine goes next, if its host says so. */
  migrationFrom(machine: string): { readonly to: Registered; readonly migration: Migration } | undefined {
    return this.#migrations.get(machine);
  }

  /** The name in `setup()` of the delay behind a timer; its id where there is none. */
  delayOf(machine: string, timerId: string): string {
    return this.#byId.get(machine)?.needs.delays.get(timerId) ?? timerId;
  }

  policyOf(machine: string, timerId: string): TimerPolicy {
    return this.#byId.get(machine)?.timers?.[this.delayOf(machine, timerId)] ?? 'deadline';
  }
}

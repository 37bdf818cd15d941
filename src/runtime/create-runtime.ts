/** Opens a durable runtime on a store. */
import type { AnyStateMachine } from 'xstate';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Store } from '../store/store.ts';
import { missingExecutors } from './embedded/doors.ts';
import { EmbeddedRuntime } from './embedded/embedded-runtime.ts';
import { defaultRuntimeLimits, type RuntimeLimits } from './embedded/limits.ts';
import type { ActionExecutor, Executor, RunEffect } from './executor.ts';
import type { ActionsFor, ExecutorsFor } from './machine-types.ts';
import { type Registration, Registrations } from './registration.ts';
import type { Runtime } from './runtime.ts';

export interface RuntimeOptions<Machine extends AnyStateMachine> {
  /** Every version that stored records may still name, each alone or with what its host adds to it. */
  readonly machines: readonly (Machine | Registration<Machine>)[];
  /** One for every actor that the machines invoke. */
  readonly executors: NoInfer<ExecutorsFor<Machine>>;
  /** One for every named action that the machines do not implement by XState's own means. @default none */
  readonly actions?: NoInfer<ActionsFor<Machine>>;
  /** Where everything is kept; closed with the runtime. */
  readonly store: Store;
  /** @default the clock of this machine */
  readonly clock?: Clock;
  /** Hears what is wrong but must not stop anything: an action given up, an instance set aside. @default nobody */
  readonly warn?: (message: string, details: object) => void;
  readonly limits?: Partial<RuntimeLimits>;
}

/**
 * Opens the runtime: brings every stored instance back, re-arms its timers, reconciles what was under way. Resolves when
 * what that changes is durable.
 *
 * @throws CodedError SW_MACHINE_NOT_DURABLE, SW_EXECUTOR_MISSING, SW_STORE_FAILED
 */
export async function createRuntime<Machine extends AnyStateMachine>(
  options: RuntimeOptions<Machine>,
): Promise<Runtime<Machine>> {
  const { store, clock = systemClock, warn = () => {} } = options;
  const registrations = new Registrations(options.machines);
  const executors = uniform(options.executors as unknown as { readonly [src: string]: Executor | RunEffect }); // by ExecutorsFor
  const actions = (options.actions ?? {}) as { readonly [type: string]: ActionExecutor }; // by ActionsFor
  for (const { machine, needs } of registrations.all) {
    const missing = [
      ...[...needs.effects].filter((name) => !Object.hasOwn(executors, name)),
      ...[...needs.actions].filter((name) => name !== 'decide' && !Object.hasOwn(actions, name)),
    ];
    if (missing.length > 0) throw missingExecutors(machine.id, missing);
  }
  const limits = { ...defaultRuntimeLimits, ...options.limits };
  const runtime = new EmbeddedRuntime({ registrations, executors, actions, store, clock, warn, limits });
  await runtime.recover();
  return runtime as unknown as Runtime<Machine>; // the same methods; what goes in and out is typed by the machines
}

function uniform(executors: { readonly [src: string]: Executor | RunEffect }): { readonly [src: string]: Executor } {
  return Object.fromEntries(
    Object.entries(executors).map(([src, given]) => [src, typeof given === 'function' ? { run: given } : given]),
  );
}

/** Opens the runtime of a supervisor on its store: every machine, every executor, and the doors between them. */
import { outsideEventSchema } from '../../machines/events.ts';
import {
  fleetEventSchema,
  fleetMachine,
  fleetMigrations,
  fleetTimers,
  integrationMachine,
  integrationMigrations,
  integrationTimers,
} from '../../machines/index.ts';
import { notificationEventSchema, notificationsMachine } from '../../machines/notifications.ts';
import type { Clock } from '../core/clock.ts';
import { createDeliver } from '../notify/deliver.ts';
import { createRuntime } from '../runtime/index.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { createExecutors } from './executors.ts';
import { createFleetDoor, startFleet } from './fleet.ts';
import { startInstances } from './instances.ts';
import type { Log } from './log.ts';
import { createPeopleDoor, heartbeatOf, startNotifications } from './people.ts';
import type { Station } from './station.ts';
import type { SupervisorMachine, SupervisorRuntime } from './supervisor-runtime.ts';

export interface OpenRuntimeOptions {
  readonly config: Config;
  readonly store: Store;
  readonly stations: ReadonlyMap<string, Station>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Resolves when everything that was under way is back, and every instance is in step with the configuration. */
export async function openRuntime(options: OpenRuntimeOptions): Promise<SupervisorRuntime> {
  const { config, store, stations, clock, log } = options;
  // Effects of the last life begin while the runtime is being opened: whoever needs it waits until it is whole. So no
  // remedy is granted to an integration that does not know yet that its plugin answers, or what its policy has become.
  let open: (runtime: SupervisorRuntime) => void = () => {};
  const opened = new Promise<SupervisorRuntime>((resolve) => {
    open = resolve;
  });
  let current: SupervisorRuntime | null = null;
  const fleet = createFleetDoor(opened);
  const { claim, byPerson } = fleet;
  const deliver = createDeliver(config.notifications, {
    clock,
    identity: { source: config.notifications.source, processId: process.pid },
    heartbeatText: () => (current ? heartbeatOf(current, [...stations.keys()]) : 'Starting.'),
  });
  const runtime = await createRuntime<SupervisorMachine>({
    machines: [
      {
        machine: integrationMachine,
        events: outsideEventSchema,
        migrations: integrationMigrations,
        timers: integrationTimers,
      },
      { machine: fleetMachine, events: fleetEventSchema, migrations: fleetMigrations, timers: fleetTimers },
      { machine: notificationsMachine, events: notificationEventSchema },
    ],
    executors: { ...createExecutors({ station: (id) => stations.get(id), claim, byPerson, clock }), deliver },
    actions: { ...fleet.actions, ...createPeopleDoor(opened, () => clock.now(), log) },
    store,
    clock,
    warn: (message, details) => log.warn(details, message),
  });
  current = runtime;
  try {
    await startFleet(runtime, config);
    await startInstances(runtime, stations, log);
    await startNotifications(runtime, config.notifications);
  } catch (error) {
    await runtime.close();
    throw error;
  }
  open(runtime);
  return runtime;
}

/** One life of the supervisor: the real store, runtime, executors, ladder and fleet, put together as the product does. */

import { outsideEventSchema } from '../../../../machines/events.ts';
import type { Page } from '../../../../machines/foundation.ts';
import {
  fleetEventSchema,
  fleetMachine,
  fleetTimers,
  integrationMachine,
  integrationMigrations,
  integrationTimers,
} from '../../../../machines/index.ts';
import type { TimerPolicy } from '../../../core/timer-policy.ts';
import type { ActionsFor, ExecutorsFor, Store } from '../../../runtime/index.ts';
import { createRuntime } from '../../../runtime/index.ts';
import type { FileSystem } from '../../../store/durable-file.ts';
import { openEmbeddedStore } from '../../../store/embedded-store.ts';
import type { ProcessTable } from '../../../store/process-table.ts';
import type { StoreLimits } from '../../../store/store-limits.ts';
import type { Config } from '../../../supervise/config.ts';
import { createExecutors } from '../../../supervise/executors.ts';
import { createFleetDoor, startFleet } from '../../../supervise/fleet.ts';
import { startInstances } from '../../../supervise/instances.ts';
import type { Station } from '../../../supervise/station.ts';
import type { SupervisorRuntime } from '../../../supervise/supervisor-runtime.ts';
import type { Life } from '../../life.ts';
import type { Witness } from '../witness.ts';
import type { PluginServer } from './plugin-server.ts';
import { watchedStore } from './watched-store.ts';

type Integration = typeof integrationMachine;

/** What mutations put in the place of the real parts. */
export interface Parts {
  readonly integration?: Integration;
  readonly executors?: (executors: ExecutorsFor<Integration>) => ExecutorsFor<Integration>;
  readonly store?: (store: Store) => Store;
  readonly fleetTimers?: { readonly [delay: string]: TimerPolicy };
}

export interface SupervisorOptions {
  readonly config: Config;
  readonly files: FileSystem;
  readonly processes: ProcessTable;
  readonly life: Life;
  readonly servers: ReadonlyMap<string, PluginServer>;
  readonly stations: ReadonlyMap<string, Station>;
  readonly witness: Witness;
  readonly parts?: Parts | undefined;
}

/** Small, so that segments are rotated and checkpoints written all the time; small files are cheap to copy, too. */
const limits: Partial<StoreLimits> = {
  reserveBytes: 16_384,
  segmentBytesMax: 60_000,
  checkpointBytes: 300_000,
  historyBytesMax: 1_000_000,
  tailEntriesMax: 300,
  blockingMsMax: 0,
};

/** Starts supervising; rejects with what the product rejects with. */
export async function startSupervisorProcess(options: SupervisorOptions): Promise<SupervisorRuntime> {
  const { files, processes, life, stations, witness, parts = {} } = options;
  const { clock } = life;
  const opened = await openEmbeddedStore({ directory: '/data', clock, fileSystem: files, processes, limits });
  const store = watchedStore(parts.store?.(opened) ?? opened, witness);
  try {
    await store.tellMissed();
    const { epoch, lastSeq, records } = store.recovered;
    witness.see({ what: 'life-began', epoch, lastSeq, records: new Map(records) });
    for (const server of options.servers.values()) await server.start();
    return await openRuntime(store, options);
  } catch (error) {
    await store.close().catch(() => {}); // the first error says more
    throw error;
  }

  async function openRuntime(at: Store, { config: of }: SupervisorOptions): Promise<SupervisorRuntime> {
    let open: (runtime: SupervisorRuntime) => void = () => {};
    const door = createFleetDoor(
      new Promise((resolve) => {
        open = resolve;
      }),
    );
    const executors = createExecutors({ station: (id) => stations.get(id), claim: door.claim, clock });
    const runtime = await createRuntime<Integration | typeof fleetMachine>({
      machines: [
        {
          machine: parts.integration ?? integrationMachine,
          events: outsideEventSchema,
          migrations: integrationMigrations,
          timers: integrationTimers,
        },
        { machine: fleetMachine, events: fleetEventSchema, timers: parts.fleetTimers ?? fleetTimers },
      ],
      executors: boundExecutors(life, parts.executors?.(executors) ?? executors),
      actions: boundActions(life, {
        ...door.actions,
        tellStorm: () => Promise.resolve(),
        page: ({ params }) => {
          witness.see({ what: 'page', page: params as unknown as Page }); // as the machine gives it
          return Promise.resolve();
        },
      }),
      store: at,
      clock,
      warn: () => {},
    });
    await startFleet(runtime, of);
    await startInstances(runtime as never, stations, silent);
    open(runtime);
    return runtime;
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} } as never;

type Bindable = (...args: readonly never[]) => Promise<unknown>;

/** The same executors, which a dead process neither calls nor hears. */
function boundExecutors<Of extends object>(life: Life, executors: Of): Of {
  const bound = Object.entries(executors).map(([src, executor]) => {
    if (typeof executor === 'function') return [src, life.bound(executor as Bindable)];
    const { run, reconcile, ...rest } = executor as { run: Bindable; reconcile?: Bindable };
    return [src, { ...rest, run: life.bound(run), ...(reconcile ? { reconcile: life.bound(reconcile) } : {}) }];
  });
  return Object.fromEntries(bound) as Of; // the same names with the same signatures
}

function boundActions<Of extends Partial<ActionsFor<Integration | typeof fleetMachine>>>(life: Life, actions: Of): Of {
  return Object.fromEntries(
    Object.entries(actions).map(([type, action]) => [type, life.bound(action as Bindable)]),
  ) as Of; // the same names with the same signatures
}

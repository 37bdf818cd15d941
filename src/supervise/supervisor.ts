/**
 * The supervisor: the library's face. Opens the store, starts plugin hosts and the runtime, and keeps the configured
 * integrations running in it.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { nodeComponentFiles } from '../remedies/component-files.ts';
import { createComponentLock } from '../remedies/component-lock.ts';
import type { Runtime } from '../runtime/index.ts';
import { openEmbeddedStore } from '../store/embedded-store.ts';
import type { Config, IntegrationConfig } from './config.ts';
import { notConfigured } from './executors.ts';
import type { Log } from './log.ts';
import { openRuntime } from './open-runtime.ts';
import { startChildHost } from './plugin-host/child-host.ts';
import { startInProcessHost } from './plugin-host/in-process-host.ts';
import type { OnDemand } from './plugin-host/on-demand.ts';
import { openPlugin } from './plugin-host/open-plugin.ts';
import type { Plugin } from './plugin-host/plugin.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';
import { stationsOf } from './station.ts';

export interface SupervisorOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Environment of command remedies. */
  readonly environment: NodeJS.ProcessEnv;
  /** Opens the plugin of an integration, for `hosting: in-process`. @default the configured connectors */
  readonly openPlugin?: (config: IntegrationConfig, directory: string, clock: Clock) => Promise<Plugin>;
}

export interface Supervisor {
  readonly runtime: Runtime;
  readonly integrations: readonly { readonly id: string; readonly title: string }[];
  /**
   * What is only read of the plugin of a configured integration; what changes something goes through the runtime.
   *
   * @throws CodedError SW_PLUGIN_STOPPED
   */
  plugin(integration: string): Pick<OnDemand, 'diff' | 'listRejected' | 'events'>;
  /** Stops deciding, ends the plugin hosts, closes the store. Whatever was under way goes on with the next start. */
  close(): Promise<void>;
}

/**
 * Starts supervising.
 *
 * @throws CodedError SW_DATA_LOCKED, SW_DATA_UNWRITABLE, SW_JOURNAL_CORRUPT, SW_CHECKPOINT_CORRUPT
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { config, clock, log, environment } = options;
  const warn = (message: string, details: object) => log.warn(details, message);
  const store = await openEmbeddedStore({ directory: config.data, clock, warn });
  const hosts = new Map<string, PluginHost>();
  // The runtime closes the store with itself; before there is one, the store is closed alone.
  let opened: { close(): Promise<void> } = store;
  try {
    for (const server of new Set(config.integrations.map((integration) => integration.server)))
      hosts.set(server, await startHost(server, options));
    const lock = createComponentLock({
      clock,
      files: nodeComponentFiles,
      directory: config.componentLocks ?? join(config.data, 'components'),
      issuer: `${hostname()}:${config.data}`,
      newId: randomUUID,
    });
    const remedyEnvironment = { clock, variables: environment, random: Math.random };
    const stations = stationsOf({ config, hosts, environment: remedyEnvironment, lock });
    const runtime = await openRuntime({ config, store, stations, clock, log });
    opened = runtime;
    const integrations = config.integrations.map(({ id, title }) => ({ id, title: title ?? id }));
    const close = async () => {
      await runtime.close();
      await Promise.all([...hosts.values()].map((host) => host.close()));
    };
    log.info({ integrations: integrations.length, epoch: store.recovered.epoch }, 'Supervising.');
    const plugin = (id: string) => (stations.get(id) ?? notConfigured(id)).host.onDemand(id);
    return { runtime, integrations, plugin, close };
  } catch (error) {
    await Promise.allSettled([opened.close(), ...[...hosts.values()].map((host) => host.close())]);
    throw error;
  }
}

function startHost(server: string, { config, clock, log, ...options }: SupervisorOptions): Promise<PluginHost> {
  const integrations = config.integrations.filter((integration) => integration.server === server);
  const directory = join(config.data, 'plugins', server);
  if (config.hosting === 'child-process') return startChildHost({ server, integrations, directory, clock, log });
  const open = options.openPlugin ?? openPlugin;
  return startInProcessHost({
    server,
    integrations: integrations.map(({ id }) => id),
    clock,
    open: (id) => {
      const integration = integrations.find((candidate) => candidate.id === id) as IntegrationConfig; // listed above
      return open(integration, join(directory, id), clock);
    },
  });
}

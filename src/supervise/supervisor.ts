/**
 * The supervisor: the library's face. Opens the store, starts plugin hosts and the runtime, and keeps the configured
 * integrations running in it.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { outsideEventSchema, reasonSchema } from '../../machines/events.ts';
import { integrationMachine, integrationMigrations } from '../../machines/index.ts';
import type { Clock } from '../core/clock.ts';
import { isReachable } from '../observe/reachability.ts';
import { createCommandRemedy } from '../remedies/command.ts';
import { createRestartRemedy } from '../remedies/process.ts';
import type { Remedy } from '../remedies/remedy.ts';
import { createWebhookRemedy } from '../remedies/webhook.ts';
import { createRuntime, type Runtime } from '../runtime/index.ts';
import { openEmbeddedStore } from '../store/embedded-store.ts';
import type { Store } from '../store/store.ts';
import type { Config, IntegrationConfig } from './config.ts';
import { createExecutors, notConfigured, type Station } from './executors.ts';
import { startInstances } from './instances.ts';
import type { Log } from './log.ts';
import { startChildHost } from './plugin-host/child-host.ts';
import { startInProcessHost } from './plugin-host/in-process-host.ts';
import type { OnDemand } from './plugin-host/on-demand.ts';
import { openPlugin } from './plugin-host/open-plugin.ts';
import type { Plugin } from './plugin-host/plugin.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';

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
    const stations = new Map<string, Station>();
    for (const integration of config.integrations) {
      const host = hosts.get(integration.server) as PluginHost; // one was started for each server above
      stations.set(integration.id, stationOf(integration, host, environment));
    }
    const runtime = await openRuntime(store, stations, options);
    opened = runtime;
    forwardSignals(runtime, stations, options);
    await startInstances(runtime, stations, options);
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

/** What the machines hand over when a person must know. */
const pageSchema = z.object({ severity: z.enum(['critical', 'resolved']), reason: reasonSchema });

export type IntegrationRuntime = Runtime<typeof integrationMachine>;

function openRuntime(
  store: Store,
  stations: ReadonlyMap<string, Station>,
  { clock, log }: SupervisorOptions,
): Promise<IntegrationRuntime> {
  return createRuntime({
    machines: [{ machine: integrationMachine, events: outsideEventSchema, migrations: integrationMigrations }],
    executors: createExecutors({ station: (id) => stations.get(id) }),
    actions: {
      page: ({ key, params }) => {
        const { severity, reason } = pageSchema.parse(params);
        if (severity === 'resolved') log.info({ integration: key, reason }, 'A person is no longer needed.');
        else log.error({ integration: key, reason }, 'A person is needed.');
        return Promise.resolve();
      },
    },
    store,
    clock,
    warn: (message, details) => log.warn(details, message),
  });
}

/** How long the plainest evidence, a TCP connection, may take. */
const reachMsMax = 3_000;

function stationOf(config: IntegrationConfig, host: PluginHost, environment: NodeJS.ProcessEnv): Station {
  return {
    policy: config.policy,
    host,
    remedies: remediesOf(config, host, environment),
    reach: {
      source: () => isReachable(config.source.url, reachMsMax),
      target: () => isReachable(config.target.url, reachMsMax),
    },
  };
}

function remediesOf(config: IntegrationConfig, host: PluginHost, environment: NodeJS.ProcessEnv): Map<string, Remedy> {
  const remedies = new Map<string, Remedy>();
  remedies.set(
    'restart-plugin',
    createRestartRemedy({
      restart: ({ integration, signal }) => host.restartPlugin(integration, signal),
      startedAt: ({ integration }) => host.pluginStartedAt(integration),
    }),
  );
  remedies.set(
    'restart-server',
    createRestartRemedy({
      restart: ({ signal }) => host.restartServer(signal),
      startedAt: () => host.status().startedAt,
    }),
  );
  for (const [name, options] of Object.entries(config.remedies))
    remedies.set(
      name,
      options.kind === 'webhook' ? createWebhookRemedy(options) : createCommandRemedy(options, environment),
    );
  return remedies;
}

/** What a host tells about itself reaches every integration that it carries. */
function forwardSignals(
  runtime: IntegrationRuntime,
  stations: ReadonlyMap<string, Station>,
  { log }: SupervisorOptions,
) {
  for (const [id, { host }] of stations)
    host.onSignal((signal) => {
      const event =
        signal.kind === 'lost'
          ? { type: 'plugin.lost' as const, message: signal.message }
          : { type: 'plugin.answered' as const };
      runtime.send(id, event).catch((error) => log.warn({ integration: id, why: String(error) }, 'A signal was lost.'));
    });
}

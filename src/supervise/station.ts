/** What each integration acts through: its plugin's host, its remedies, and what evidence is taken from. */
import { join } from 'node:path';
import type { Policy } from '../../machines/policy.ts';
import { type BesideStation, besideStation } from '../beside/station.ts';
import { componentsOf } from '../core/components.ts';
import { hostAnswers, isReachable } from '../observe/reachability.ts';
import type { ComponentLock } from '../remedies/component-lock.ts';
import { createRemedy } from '../remedies/create-remedy.ts';
import type { RemedyEnvironment } from '../remedies/environment.ts';
import { fenced } from '../remedies/fenced.ts';
import { createRestartRemedy } from '../remedies/process.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Config, IntegrationConfig } from './config.ts';
import { type Disk, diskOf, othersMax, type Reach } from './evidence.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';

/** Everything that one integration acts through. */
export interface Station {
  readonly policy: Policy;
  readonly host: PluginHost;
  readonly remedies: ReadonlyMap<string, Remedy>;
  readonly reach: Reach;
  /** Where the plugin keeps its data; left out where it keeps none. */
  readonly disk?: Disk;
  /** Beside Genetec's plugin: starts its synchronization if need be, and answers what the plugin is to expect. */
  readonly begin?: BesideStation['begin'];
}

export interface StationParts {
  readonly config: Config;
  /** By server. */
  readonly hosts: ReadonlyMap<string, PluginHost>;
  readonly environment: RemedyEnvironment;
  readonly lock: ComponentLock;
}

/** One for each configured integration, by its id. */
export function stationsOf(parts: StationParts): ReadonlyMap<string, Station> {
  const { integrations } = parts.config;
  const addresses = [...new Set(integrations.flatMap(({ source, target }) => [source.url, target.url]))];
  return new Map(integrations.map((integration) => [integration.id, stationOf(integration, addresses, parts)]));
}

/** How long the plainest evidence, a TCP connection, may take. */
const reachMsMax = 3_000;

function stationOf(integration: IntegrationConfig, addresses: readonly string[], parts: StationParts): Station {
  const { policy, mode, server } = integration;
  const { clock } = parts.environment;
  const host = parts.hosts.get(server) as PluginHost; // one was started for each server
  const remedies = remediesOf(integration, host, parts);
  const reach = reachOf(integration, addresses);
  const disk = diskOf(join(parts.config.data, 'plugins', server));
  const station = { policy, host, remedies, reach, disk };
  if (mode === 'plugin') return station;
  return { ...station, ...besideStation({ config: integration, remedies, reach, host, clock }) };
}

function remediesOf(
  integration: IntegrationConfig,
  host: PluginHost,
  { environment, lock }: StationParts,
): ReadonlyMap<string, Remedy> {
  const components = componentsOf(integration);
  const configured = Object.entries(integration.remedies).map(([name, options]) => {
    const component = components[name] as string; // each that is configured has one
    return [name, fenced(createRemedy(options, environment), { lock, component })] as const;
  });
  // Nothing beside Genetec's plugin is a process of ours that a restart of the same name could mean.
  return new Map([...(integration.mode === 'beside' ? [] : ownRestarts(host)), ...configured]);
}

function reachOf({ source, target, sourceHostPorts }: IntegrationConfig, addresses: readonly string[]): Reach {
  return {
    source: () => isReachable(source.url, reachMsMax),
    target: () => isReachable(target.url, reachMsMax),
    sourceHost: () => hostAnswers(source.url, sourceHostPorts, reachMsMax),
    others: firstOthers(addresses, [source.url, target.url]).map((url) => () => isReachable(url, reachMsMax)),
  };
}

/** No more than are asked: of thousands of integrations each would else remember all the others. */
function firstOthers(addresses: readonly string[], own: readonly string[]): readonly string[] {
  return addresses
    .slice(0, othersMax + own.length)
    .filter((url) => !own.includes(url))
    .slice(0, othersMax);
}

function ownRestarts(host: PluginHost): readonly (readonly [string, Remedy])[] {
  const plugin = createRestartRemedy({
    restart: ({ integration, signal }) => host.restartPlugin(integration, signal),
    startedAt: ({ integration }) => host.pluginStartedAt(integration),
  });
  const server = createRestartRemedy({
    restart: ({ signal }) => host.restartServer(signal),
    startedAt: () => host.status().startedAt,
  });
  return [
    ['restart-plugin', plugin],
    ['restart-server', server],
  ];
}

/** Builds the watcher of a configured integration: a session with SiPass, one with the Web SDK, and the look at the port. */

import { replyFailure } from '../connectors/security-center/failure.ts';
import { type SecurityCenterOptions, securityCenterOptionsSchema } from '../connectors/security-center/options.ts';
import { createVersionReader } from '../connectors/security-center/version.ts';
import { createWebSdk, type WebSdk } from '../connectors/security-center/web-sdk.ts';
import type { SipassOptions } from '../connectors/sipass/options.ts';
import { createSipassSource } from '../connectors/sipass/source.ts';
import type { Clock } from '../core/clock.ts';
import type { CompatiblePair } from '../core/compatibility.ts';
import type { BesideParts } from './beside-parts.ts';
import { createBesidePlugin } from './beside-plugin.ts';
import { type BesideOptions, proxyAddress } from './options.ts';
import { countOwned } from './owned-entities.ts';
import { probePort } from './proxy-port.ts';
import { createRoleReader, type RoleReader } from './role-reader.ts';
import { RoleWatch } from './role-watch.ts';
import { readLists } from './source-lists.ts';
import { expectedCounts, roleTypes } from './vendor-counts.ts';

export interface BesideConfig {
  readonly id: string;
  readonly source: SipassOptions & { readonly kind: string };
  readonly target: SecurityCenterOptions & { readonly kind: string };
  readonly beside: BesideOptions;
  readonly compatible: readonly CompatiblePair[];
}

/** Opens nothing yet: the first probe does. */
export function openBesidePlugin(config: BesideConfig, clock: Clock) {
  const { kind: _kind, ...sourceOptions } = config.source;
  const { beside } = config;
  const source = createSipassSource({ ...sourceOptions, clock });
  const { sdk, reader, watch, pageSize } = openWatch(config, clock);
  return createBesidePlugin({
    source,
    watch,
    ping: pingOf(sdk, config.id, pageSize, clock),
    readExpected: async (signal) => expectedCounts(await readLists(source, beside, signal)),
    readOwned: async (signal) => {
      const role = (await reader.read(signal)).id;
      return countOwned(sdk, { role, types: roleTypes, pageSize, signal });
    },
    compatible: config.compatible,
    countEveryMs: beside.countEveryMs,
    quietMs: beside.quietMs,
    clock,
    close: async () => {
      await Promise.all([source.close(), sdk.close()]);
    },
  });
}

/** The role and the port alone, without SiPass; whoever opens it closes the Web SDK. */
export function openWatch({ source, target, beside }: BesideConfig, clock: Clock): OpenWatch {
  const { kind: _kind, ...options } = target;
  const settings = securityCenterOptionsSchema.parse(options);
  const sdk = createWebSdk(settings, clock);
  const reader = createRoleReader(sdk, beside.role);
  const address = proxyAddress(beside, source.url);
  const watch = new RoleWatch({
    readRole: (signal) => reader.read(signal),
    probePort: (signal) => probePort(address, { timeoutMs: beside.portTimeoutMs, clock, signal }),
    address,
  });
  return { sdk, reader, watch, pageSize: settings.pageSize };
}

export interface OpenWatch {
  readonly sdk: WebSdk;
  readonly reader: RoleReader;
  readonly watch: RoleWatch;
  readonly pageSize: number;
}

function pingOf(sdk: WebSdk, owner: string, pageSize: number, clock: Clock): BesideParts['ping'] {
  const version = createVersionReader({ sdk, owner, clock, pageSize });
  return async (signal) => {
    const doing = 'asking the Web-based SDK role whether it is well';
    const reply = await sdk.call({ verb: 'GET', path: '/', doing, ahead: true, signal });
    if (reply.status !== 'ok') throw replyFailure(reply, doing, false);
    return { latencyMs: reply.latencyMs, version: await version(signal) };
  };
}

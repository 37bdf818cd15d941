/** Builds the plugin of a configured integration: its connectors, its mapping, and its index on disk. */
import { join } from 'node:path';
import { openBesidePlugin } from '../../beside/open-beside.ts';
import { createSecurityCenter } from '../../connectors/security-center/security-center.ts';
import { createSipass } from '../../connectors/sipass/sipass.ts';
import { type Clock, pause } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { openLmdbRelayStore } from '../../relay/lmdb-relay-store.ts';
import { sipassEventMapping } from '../../relay/mappings/sipass-to-security-center.ts';
import type { EntityIndex } from '../../sync/index/entity-index.ts';
import { openLmdbIndex } from '../../sync/index/lmdb-index.ts';
import { endOwner } from '../../sync/index/owner-lock.ts';
import { takeOver } from '../../sync/lease.ts';
import { sipassToSecurityCenter } from '../../sync/mappings/sipass-to-security-center.ts';
import type { IntegrationConfig } from '../config.ts';
import { createPlugin, type Plugin } from './plugin.ts';

/** How long a former host may take to leave the index, and how often to look whether it has left. */
const handoverMsMax = 5_000;
const handoverLookMs = 200;

/** The index lives in `directory`. Beside Genetec's plugin there is none. */
export async function openPlugin(config: IntegrationConfig, directory: string, clock: Clock): Promise<Plugin> {
  if (config.mode === 'beside') return openBesidePlugin(config, clock);
  const { kind: _source, ...sourceOptions } = config.source;
  const { kind: _target, ...targetOptions } = config.target;
  const index = await takeIndex(directory, clock);
  // The index has one owner: whoever holds a lease in it is dead, and its run is gone on with at once.
  await takeOver({ index, by: 'the plugin that opened its index after it' });
  const { source, events } = createSipass({ ...sourceOptions, clock });
  const { target, events: raising } = createSecurityCenter({ options: targetOptions, owner: config.id, clock });
  const policy = config.policy.synchronization;
  const { compatible } = config;
  const relay = config.events.relay
    ? {
        source: events,
        target: raising,
        mapping: sipassEventMapping({ custom: config.events.custom }),
        // The lock of the index covers it.
        store: openLmdbRelayStore({ folder: join(directory, 'events') }),
      }
    : null;
  return createPlugin({ source, target, mapping: sipassToSecurityCenter, index, compatible, policy, relay }, clock);
}

/**
 * Opens the index. The host of a supervisor that was killed may still be leaving it; one that does not leave, because it
 * hangs, is ended: this supervisor holds the data directory, so nobody else may own a plugin in it.
 */
async function takeIndex(folder: string, clock: Clock): Promise<EntityIndex> {
  const endAt = clock.monotonic() + handoverMsMax;
  const giveUpAt = endAt + handoverMsMax;
  for (;;) {
    try {
      return openLmdbIndex({ folder });
    } catch (error) {
      const locked = error instanceof CodedError && error.code === 'SW_DATA_LOCKED';
      if (!locked || clock.monotonic() >= giveUpAt) throw error;
      if (clock.monotonic() >= endAt) endOwner(folder);
      await pause(clock, handoverLookMs);
    }
  }
}

/** The running instance that copies entities of one integration: its connectors, its index, and what can be asked of it. */
import { setMaxListeners } from 'node:events';
import type { ProbeReport } from '../../../machines/events.ts';
import type { Source, SystemReport, Target } from '../../connectors/connector.ts';
import { createSecurityCenterTarget } from '../../connectors/security-center/target.ts';
import { createSipassSource } from '../../connectors/sipass/source.ts';
import { type Clock, pause } from '../../core/clock.ts';
import { incompatibility } from '../../core/compatibility.ts';
import { CodedError, toErrorData } from '../../core/errors.ts';
import { check } from '../../sync/check.ts';
import type { EntityIndex } from '../../sync/index/entity-index.ts';
import { openLmdbIndex } from '../../sync/index/lmdb-index.ts';
import { endOwner } from '../../sync/index/owner-lock.ts';
import type { Mapping } from '../../sync/mapping.ts';
import { sipassToSecurityCenter } from '../../sync/mappings/sipass-to-security-center.ts';
import { synchronize } from '../../sync/run.ts';
import type { Mode, Proof, RunReport, RunResult } from '../../sync/run-result.ts';
import type { IntegrationConfig } from '../config.ts';

/** What a plugin is made of. */
export interface PluginParts {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  readonly compatible: IntegrationConfig['compatible'];
}

export interface Run {
  readonly runId: string;
  readonly mode: Mode;
  readonly signal: AbortSignal;
  readonly report: (report: RunReport) => void;
}

export interface Plugin {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Asks both sides over the sessions that the runs use. Never throws: what is wrong is in the report. */
  probe(signal: AbortSignal): Promise<ProbeReport>;
  /** Counts both sides. */
  check(signal: AbortSignal): Promise<Proof>;
  /** Runs, or resumes, one synchronization; throws what interrupted it. */
  synchronize(run: Run): Promise<RunResult>;
  /** Ends the sessions and closes the index. */
  close(): Promise<void>;
}

/** Requests of one call that may be in flight, with room for what waits between them. */
const listenersMax = 200;

export function createPlugin(parts: PluginParts, clock: Clock): Plugin {
  const { source, target, mapping, index, compatible } = parts;
  const verdict = (from: SystemReport, to: SystemReport) =>
    incompatibility(compatible, { source: from.version, target: to.version });
  const closing = new AbortController();
  /** What is asked of a plugin ends with it. Every request in flight listens: that is no leak. */
  const whileOpen = (signal: AbortSignal) => {
    const either = AbortSignal.any([signal, closing.signal]);
    setMaxListeners(listenersMax, either);
    return either;
  };
  return {
    startedAt: clock.now(),
    async probe(asked) {
      const signal = whileOpen(asked);
      const [from, to] = await Promise.all([reach(source, signal), reach(target, signal)]);
      const versions = { source: from.ok ? from.version : null, target: to.ok ? to.version : null };
      return { source: from, target: to, incompatible: incompatibility(compatible, versions) };
    },
    check: (signal) => check({ source, target, mapping, index, depth: 'counts', clock, signal: whileOpen(signal) }),
    synchronize: (run) =>
      synchronize({
        ...run,
        signal: whileOpen(run.signal),
        source,
        target,
        mapping,
        index,
        clock,
        compatible: verdict,
      }),
    async close() {
      closing.abort(stoppedPlugin());
      await Promise.all([source.close(), target.close()]);
      await index.close();
    },
  };
}

function stoppedPlugin(): CodedError {
  return new CodedError('SW_PLUGIN_STOPPED', {
    doing: 'carrying on',
    expected: 'a running plugin',
    found: 'that it was stopped',
    todo: 'Nothing: what was under way resumes with its next start',
  });
}

async function reach(system: Source | Target, signal: AbortSignal): Promise<ProbeReport['source']> {
  try {
    const { version, latencyMs } = await system.probe(signal);
    return { ok: true, version, latencyMs };
  } catch (error) {
    return { ok: false, ...toErrorData(error) };
  }
}

/** How long a former host may take to leave the index, and how often to look whether it has left. */
const handoverMsMax = 5_000;
const handoverLookMs = 200;

/** Builds the plugin of a configured integration; its index lives in `directory`. */
export async function openPlugin(config: IntegrationConfig, directory: string, clock: Clock): Promise<Plugin> {
  const { kind: _source, ...sourceOptions } = config.source;
  const { kind: _target, ...targetOptions } = config.target;
  const index = await takeIndex(directory, clock);
  const source = createSipassSource({ ...sourceOptions, clock });
  const target = createSecurityCenterTarget({ options: targetOptions, owner: config.id, clock });
  return createPlugin({ source, target, mapping: sipassToSecurityCenter, index, compatible: config.compatible }, clock);
}

/**
 * Opens the index. The host of a supervisor that was killed may still be leaving it; one that does not leave, because it
 * hangs, is ended: this supervisor holds the data directory, so nobody else may own a plugin in it.
 */
async function takeIndex(folder: string, clock: Clock): Promise<EntityIndex> {
  const endAt = clock.now() + handoverMsMax;
  const giveUpAt = endAt + handoverMsMax;
  for (;;) {
    try {
      return openLmdbIndex({ folder });
    } catch (error) {
      const locked = error instanceof CodedError && error.code === 'SW_DATA_LOCKED';
      if (!locked || clock.now() >= giveUpAt) throw error;
      if (clock.now() >= endAt) endOwner(folder);
      await pause(clock, handoverLookMs);
    }
  }
}

/** The running instance that copies entities of one integration: its connectors, its index, and what can be asked of it. */
import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { ProbeReport } from '../../../machines/events.ts';
import { type Policy, policySchema } from '../../../machines/policy.ts';
import type { Source, SystemReport, Target } from '../../connectors/connector.ts';
import type { Clock } from '../../core/clock.ts';
import { incompatibility } from '../../core/compatibility.ts';
import { CodedError, toErrorData } from '../../core/errors.ts';
import { check } from '../../sync/check.ts';
import { Claims } from '../../sync/claims.ts';
import { diff } from '../../sync/diff.ts';
import { dryRun } from '../../sync/dry-run.ts';
import type { EntityIndex } from '../../sync/index/entity-index.ts';
import { takeOver } from '../../sync/lease.ts';
import type { Mapping } from '../../sync/mapping.ts';
import { synchronizeEntity } from '../../sync/on-demand.ts';
import { rebuildIndex } from '../../sync/rebuild.ts';
import { dropRejected, listRejected, retryRejected } from '../../sync/rejected.ts';
import { synchronize } from '../../sync/run.ts';
import type { Mode, Proof, RunReport, RunResult } from '../../sync/run-result.ts';
import type { IntegrationConfig } from '../config.ts';
import type { OnDemand } from './on-demand.ts';
import { type RelayingParts, startRelaying } from './relaying.ts';
import { limitsOf } from './sync-policy.ts';

/** What a plugin is made of. */
export interface PluginParts {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  readonly compatible: IntegrationConfig['compatible'];
  /** How it synchronizes and proves. @default that of an empty configuration */
  readonly policy?: Policy['synchronization'];
  /** What relays events; null for none. @default null */
  readonly relay?: RelayingParts | null;
  /** Who holds the lease of its runs, for people. @default host name and process id */
  readonly owner?: string;
}

export interface Run {
  readonly runId: string;
  readonly mode: Mode;
  /** The entity types it is limited to; null for all of them. */
  readonly types: readonly string[] | null;
  /** A person has approved the deletes that the guard stopped. */
  readonly approveDeletes: boolean;
  readonly signal: AbortSignal;
  readonly report: (report: RunReport) => void;
}

export interface Plugin extends OnDemand {
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
  const { source, target, mapping, index, compatible, owner = `${hostname()} (process ${process.pid})` } = parts;
  const policy = parts.policy ?? policySchema.parse({}).synchronization;
  /** What is asked for beside a run takes turns with it, entity by entity. */
  const claims = new Claims();
  const sides = { source, target, mapping, index, clock, claims, limits: limitsOf(policy) };
  const { depth } = policy.proof;
  const verdict = (from: SystemReport, to: SystemReport) =>
    incompatibility(compatible, { source: from.version, target: to.version });
  const closing = new AbortController();
  /** What is asked of a plugin ends with it. Every request in flight listens: that is no leak. */
  const whileOpen = (signal: AbortSignal) => {
    const either = AbortSignal.any([signal, closing.signal]);
    setMaxListeners(listenersMax, either);
    return either;
  };
  const relaying = parts.relay ? startRelaying(parts.relay, index, clock) : null;
  /** The sides, and the signal of one call. */
  const asked = ({ signal }: { readonly signal: AbortSignal }) => ({ ...sides, signal: whileOpen(signal) });
  return {
    startedAt: clock.now(),
    async probe(signal) {
      const open = whileOpen(signal);
      const [from, to] = await Promise.all([reach(source, open), reach(target, open)]);
      const versions = { source: from.ok ? from.version : null, target: to.ok ? to.version : null };
      return { source: from, target: to, incompatible: incompatibility(compatible, versions) };
    },
    check: (signal) => check({ ...asked({ signal }), depth: 'counts' }),
    verify: (options) => check({ ...asked(options), depth: 'content' }),
    synchronize: async ({ types, ...run }) => {
      try {
        return await synchronize({ ...run, ...asked(run), ...named(types), owner, depth, compatible: verdict });
      } finally {
        relaying?.entitiesChanged();
      }
    },
    diff: ({ types, ...options }) => diff({ ...asked(options), ...named(types) }),
    dryRun: ({ types, ...options }) => dryRun({ ...asked(options), ...named(types) }),
    synchronizeEntity: ({ kind, key, ...options }) => synchronizeEntity({ ...asked(options), kind, key }),
    listRejected: ({ after, limit }) => listRejected({ index, after, limit }),
    retryRejected: ({ refs, ...options }) => retryRejected({ ...asked(options), refs }),
    dropRejected: ({ refs }) => dropRejected({ index, refs }),
    rebuildIndex: (options) => rebuildIndex(asked(options)),
    takeOver: ({ by }) => takeOver({ index, claims, by }),
    events: async () => relaying?.status() ?? null,
    async close() {
      closing.abort(stoppedPlugin());
      await relaying?.close();
      await Promise.all([source.close(), target.close()]);
      await index.close();
    },
  };
}

const named = (types: readonly string[] | null) => (types === null ? {} : { types });

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

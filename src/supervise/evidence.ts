/** Gathers the evidence of a deviation: what the plugin, the network and the disk say at this moment. */
import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import { type ProbeReport, type Reason, reasonSchema } from '../../machines/events.ts';
import { reasonOf } from '../../machines/reason.ts';
import type { Clock } from '../core/clock.ts';
import { toErrorData } from '../core/errors.ts';
import type { Evidence } from '../core/evidence-of-deviation.ts';
import type { Work } from '../runtime/index.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';

/** Whether anything accepts connections at the addresses that tell causes apart. */
export interface Reach {
  source(): Promise<boolean>;
  target(): Promise<boolean>;
  /** Whether the machine of the source is up; null when that cannot be told. */
  readonly sourceHost?: () => Promise<boolean | null>;
  /** One for each address of other integrations. Left out where there are none. */
  readonly others?: readonly (() => Promise<boolean>)[];
}

/** The disk of the plugin. */
export interface Disk {
  freeBytes(): Promise<number>;
  /** Less than this is full. @default 64 MiB */
  readonly freeBytesMin?: number;
}

/** What the evidence about one integration is taken from. */
export interface EvidenceSources {
  readonly host: Pick<PluginHost, 'status' | 'probe'>;
  readonly reach: Reach;
  readonly disk?: Disk;
}

/** How long each piece of evidence may take. */
const evidenceMsMax = 10_000;
/** Of other addresses no more than these are asked: they tell a network from none. */
export const othersMax = 8;
const freeBytesMinDefault = 64 * 2 ** 20;

const diagnoseInput = z.object({
  because: reasonSchema,
  // An execution that an older version began does not have it: the first fact stands for it.
  lastRun: reasonSchema.nullable().optional(),
});

/** Never throws for what it finds: what cannot be found out is left open in the evidence. */
export async function gatherEvidence(
  { host, reach, disk }: EvidenceSources,
  work: Pick<Work<unknown>, 'key' | 'input' | 'signal'>,
  clock: Clock,
): Promise<Evidence> {
  const { because, lastRun = null } = diagnoseInput.parse(work.input);
  const { running, answering } = host.status();
  const [sourceReachable, targetReachable, sourceHostAnswers, others, measured, probed] = await Promise.all([
    reach.source(),
    reach.target(),
    reach.sourceHost?.() ?? null,
    askOthers(reach.others ?? []),
    disk === undefined ? null : measure(disk),
    answering ? probeQuietly(host, work, clock) : nothingProbed,
  ]);
  // One plugin may have ended, or never have started, inside a host that answers.
  const isStopped = probed.probeFailure?.code === 'SW_PLUGIN_STOPPED';
  const plugin = { running: running && !isStopped, answering: answering && !isStopped && host.status().answering };
  const network = { sourceReachable, targetReachable, sourceHostAnswers, others };
  return { because, lastRun, plugin, ...probed, ...network, disk: measured };
}

async function askOthers(others: readonly (() => Promise<boolean>)[]): Promise<Evidence['others']> {
  const answers = await Promise.all(others.slice(0, othersMax).map((ask) => ask()));
  return { asked: answers.length, reachable: answers.filter((reachable) => reachable).length };
}

/** A disk that cannot be asked says nothing. */
async function measure({ freeBytes, freeBytesMin = freeBytesMinDefault }: Disk): Promise<Evidence['disk']> {
  try {
    return { freeBytes: await freeBytes(), freeBytesMin };
  } catch {
    return null;
  }
}

interface Probed {
  readonly probe: ProbeReport | null;
  readonly probeFailure: Reason | null;
}
const nothingProbed: Probed = { probe: null, probeFailure: null };

/** A probe that fails is evidence of its own: its error tells a plugin that is gone from one that hangs. */
async function probeQuietly(
  host: EvidenceSources['host'],
  { key, signal }: Pick<Work<unknown>, 'key' | 'signal'>,
  clock: Clock,
): Promise<Probed> {
  const tooLate = new AbortController();
  const cancel = clock.schedule(evidenceMsMax, () => tooLate.abort(new Error('No probe came in time.')));
  try {
    return { probe: await host.probe(key, AbortSignal.any([signal, tooLate.signal])), probeFailure: null };
  } catch (error) {
    return { probe: null, probeFailure: reasonOf(toErrorData(error)) };
  } finally {
    cancel();
  }
}

/** The free room of the file system that holds a directory, as an unprivileged process may use it. */
export function diskOf(directory: string, freeBytesMin = freeBytesMinDefault): Disk {
  return {
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(directory);
      return bavail * bsize;
    },
    freeBytesMin,
  };
}

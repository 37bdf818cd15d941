/** One full synchronization: from the proxy's cache into the Directory, type by type, as fast as it is allowed to. */
import { type Clock, pause } from '../../core/clock.ts';
import type { Directory } from './directory.ts';
import type { RoleSettings } from './options.ts';
import type { ProxyConnection } from './proxy-link.ts';
import { type EntityTypeName, entityTypes, totalOf } from './source-entity.ts';

/** What started it. */
export type Trigger = 'first-connection' | 'proxy-restart' | 'manual' | 'reconnection' | 'role-restart';

/** What the tab shows of the latest one. */
export interface Synchronization {
  readonly id: number;
  readonly trigger: Trigger;
  /** `interrupted`: the connection or the role went away; nothing resumes it. */
  state: 'running' | 'completed' | 'failed' | 'interrupted';
  readonly startedAt: number;
  endedAt: number | null;
  /** Numbers by type, in the order in which they are written. Empty while the proxy reads SiPass. */
  types: { readonly type: EntityTypeName; readonly total: number; synchronized: number }[];
  message: string | null;
}

/** What can happen in the middle of one. */
export interface Interference {
  /** Called after each entity with how many were written: may cut the connection. */
  readonly onProgress: (synchronized: number) => void;
  /** Resolves when the role does not hang; rejects when it ends. */
  readonly unlessHung: () => Promise<void>;
  /** Whether this one is to fail half-way. */
  readonly failsHalfway: boolean;
}

export interface SynchronizationParts {
  readonly connection: ProxyConnection;
  readonly directory: Directory;
  readonly settings: RoleSettings;
  readonly clock: Clock;
  /** Ends it when the role ends. */
  readonly signal: AbortSignal;
  readonly interference: Interference;
}

/** The longest time between two signs of progress, milliseconds, and the most entities written at once. */
const batchMs = 50;
const batchMax = 100;

/** Carries it out, noting its progress in `run`. Throws when it is broken off; what is written stays. */
export async function synchronize(run: Synchronization, parts: SynchronizationParts): Promise<void> {
  const { connection, directory, settings, interference } = parts;
  await interference.unlessHung();
  if (!settings.compatible) throw new Error('The versions of plugin, proxy and SiPass do not go together');
  // A proxy that demands it has only just filled its cache.
  const counts = await connection.hold(run.trigger !== 'first-connection' && run.trigger !== 'proxy-restart');
  run.types = entityTypes
    .filter((type) => type !== 'Credential' || settings.credentials)
    .map((type) => ({ type, total: counts[type] ?? 0, synchronized: 0 }));
  const half = Math.ceil(totalOf(counts) / 2);
  for (const progress of run.types) {
    const keys = await copyType(run, progress, parts, interference.failsHalfway ? half : null);
    if (settings.deletes === 'never') continue;
    const known = await directory.keys(progress.type);
    await directory.remove(
      progress.type,
      known.filter((key) => !keys.has(key)),
    );
  }
}

/** Writes the entities of a type; answers their keys. */
async function copyType(
  run: Synchronization,
  progress: Synchronization['types'][number],
  parts: SynchronizationParts,
  failsAt: number | null,
): Promise<ReadonlySet<string>> {
  const { connection, directory, settings, clock, signal, interference } = parts;
  const keys = new Set<string>();
  while (progress.synchronized < progress.total) {
    await interference.unlessHung();
    // Looked at anew each time: the rate may change in the middle.
    const rate = settings.entitiesPerSecond;
    const size = Math.max(1, Math.min(batchMax, Math.round((rate * batchMs) / 1_000)));
    const batch = await connection.read(progress.type, progress.synchronized, size);
    if (batch.length === 0) break;
    const refused = await directory.write(progress.type, batch);
    if (refused[0]) run.message = `${refused.length} refused, for example ${refused[0].key}: ${refused[0].message}`;
    for (const { key } of batch) keys.add(key);
    progress.synchronized += batch.length;
    const done = synchronizedOf(run);
    if (failsAt !== null && done >= failsAt) throw new Error('The synchronization has failed');
    interference.onProgress(done);
    await pause(clock, (batch.length / rate) * 1_000, signal);
  }
  return keys;
}

export const synchronizedOf = (run: Synchronization): number =>
  run.types.reduce((sum, { synchronized }) => sum + synchronized, 0);

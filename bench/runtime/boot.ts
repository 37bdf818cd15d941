/** How long it takes to be there again, with 10,000 instances and 200 MB of journal. */
import { execFile } from 'node:child_process';
import { cp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import type { Case } from '../harness/case.ts';
import { mediansOf } from '../harness/rounds.ts';
import { openRooms, sendAll, startRooms } from './durable-world.ts';
import { type Traffic, trafficOf } from './traffic.ts';

const unlimited = 2 ** 40;

/**
 * Twice: as the defaults leave it (all but the newest of the journal is folded into the checkpoint, and kept as
 * history), and the worst case (no checkpoint was ever written). Against reading the same files once; both in a new
 * process, with the files in the cache of the system.
 */
export const boot: Case = async ({ directory, quick, tell }) => {
  const rooms = quick ? 500 : 10_000;
  const journalBytes = quick ? 2_000_000 : 200_000_000;
  const unfolded = join(directory, 'unfolded');
  const folded = join(directory, 'folded');
  const traffic = trafficOf({ rooms });
  const sent = await fill({ directory: unfolded, traffic, rooms, journalBytes });
  await cp(unfolded, folded, { recursive: true });
  await fold({ directory: folded, traffic, from: sent, count: quick ? 500 : 20_000 });
  for (const [name, path, limits] of [
    ['folded', folded, { historyBytesMax: unlimited }],
    ['unfolded', unfolded, { checkpointBytes: unlimited }],
  ] as const) {
    const times = await mediansOf(quick ? 1 : 3, {
      read: () => inProcess('read', path, limits),
      open: () => inProcess('open', path, limits),
    });
    tell(`boot-${name}`, times.open, 'ms', {
      against: `reading the ${Math.round((await sizeOf(path)) / 1e6)} MB of the directory once`,
      base: times.read,
    });
  }
};

/** Writes a journal of that size without any checkpoint; answers how many events that took. */
async function fill(options: {
  readonly directory: string;
  readonly traffic: Traffic;
  readonly rooms: number;
  readonly journalBytes: number;
}): Promise<number> {
  const { directory, traffic, rooms, journalBytes } = options;
  const { runtime } = await openRooms({ directory, limits: { checkpointBytes: unlimited } });
  await startRooms(runtime, traffic, rooms);
  let sent = 0;
  for (; (await sizeOf(directory)) < journalBytes; sent += rooms)
    await sendAll({ runtime, traffic, from: sent, count: rooms, senders: 256 });
  await runtime.close();
  return sent;
}

/** Folds everything, in both copies of the checkpoint, and goes on for a while. */
async function fold(options: {
  readonly directory: string;
  readonly traffic: Traffic;
  readonly from: number;
  readonly count: number;
}): Promise<void> {
  const { directory, traffic, from, count } = options;
  const { runtime, store } = await openRooms({ directory, limits: { historyBytesMax: unlimited } });
  for (const half of [0, 1]) {
    await store.checkpoint();
    await sendAll({ runtime, traffic, from: from + (half * count) / 2, count: count / 2, senders: 256 });
  }
  await runtime.close();
}

/** Milliseconds of `boot-process.ts`. */
async function inProcess(what: 'read' | 'open', directory: string, limits: Partial<StoreLimits>): Promise<number> {
  const program = join(import.meta.dirname, 'boot-process.js');
  const args = [...process.execArgv, program, what, directory, JSON.stringify(limits)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

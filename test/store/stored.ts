/** A store on a disk in memory, for tests that damage it. */

import { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { entriesOf, fixedClock, OneProcess } from './fixtures.ts';

export const firstSegment = '/data/journal/000000000001.log';

/** A closed store of single flushes; `checkpoints` says after which entries one was written. */
export async function stored(
  count: number,
  options: { limits?: Partial<StoreLimits>; checkpoints?: readonly number[] } = {},
) {
  const fileSystem = new CrashFileSystem();
  const { limits = {}, checkpoints = [] } = options;
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const open = (salvage = false) =>
    openEmbeddedStore({
      directory: '/data',
      clock: fixedClock,
      fileSystem,
      processes: new OneProcess(),
      limits,
      warn,
      salvage,
    });
  const store = await open();
  for (const entry of entriesOf(1, count)) {
    await store.append([entry]);
    if (checkpoints.includes(entry.seq)) await store.checkpoint();
  }
  await store.close();
  return { fileSystem, open, warnings };
}

/** Turns one bit over. */
export const flip =
  (at: number, bit = 0) =>
  (content: Buffer) => {
    content[at] = (content[at] as number) ^ (1 << bit);
    return content;
  };

/** Where the frames of a segment begin: at the lines that are no JSON. */
export const frameStarts = (content: Buffer) =>
  [...content.entries()]
    .filter(([at, byte]) => byte === 0x3d && (at === 0 || content[at - 1] === 0x0a))
    .map(([at]) => at);

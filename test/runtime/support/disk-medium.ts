/** Keeps what the runtimes of a world leave in real files of a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem } from '../../../src/store/durable-file.ts';
import { openEmbeddedStore } from '../../../src/store/embedded-store.ts';
import type { StoreLimits } from '../../../src/store/store-limits.ts';
import { OneProcess } from '../../store/fixtures.ts';
import { MortalFiles } from './mortal-files.ts';
import type { Medium } from './virtual-world.ts';

export async function diskMedium(limits: Partial<StoreLimits> = {}): Promise<Medium> {
  const parent = await mkdtemp(join(tmpdir(), 'runtime-'));
  const directory = join(parent, 'data');
  const processes = new OneProcess();
  /** Of every owner since the last kill: one that is refused leaves the one before it alive. */
  let owners: MortalFiles[] = [];
  return {
    async open({ clock }) {
      const files = new MortalFiles(nodeFileSystem);
      owners.push(files);
      return openEmbeddedStore({ directory, clock, processes, limits, fileSystem: files.fileSystem });
    },
    async kill() {
      const killed = owners;
      owners = [];
      await Promise.all(killed.map((files) => files.kill()));
      processes.restart();
    },
    isBusy: () => owners.some(({ underWay }) => underWay > 0),
    dispose: () => rm(parent, { recursive: true, force: true }),
  };
}

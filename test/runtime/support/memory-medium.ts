/** Keeps what the runtimes of a world leave in memory. */
import { createMemoryStore, type MemoryImage, type MemoryStore } from '../../../src/store/memory-store.ts';
import type { Medium } from './virtual-world.ts';

export interface MemoryMediumOptions {
  /** How many entries that wait for their flush are on the device when a process is killed. @default none */
  readonly unacknowledgedKept?: () => number;
}

export function memoryMedium({ unacknowledgedKept = () => 0 }: MemoryMediumOptions = {}): Medium {
  let image: MemoryImage | undefined;
  let store: MemoryStore | null = null;
  return {
    async open() {
      store = createMemoryStore(image);
      image = store.image();
      return store;
    },
    async kill() {
      store?.crash({ unacknowledgedKept: unacknowledgedKept() });
      store = null;
    },
    isBusy: () => false,
    async dispose() {},
  };
}

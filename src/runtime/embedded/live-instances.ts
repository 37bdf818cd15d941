/** The instances in memory, each as the disk has it and as it will be. */
import type { Instance } from '../../core/snapshot.ts';

/** What is known of one instance; one object for all, because every event of it reads and changes this. */
export interface LiveInstance {
  readonly key: string;
  /** As it is once everything under way is durable; null when it ends with that. */
  newest: Instance | null;
  /** As it is on the disk; null before its first commit is there, and after its last one. */
  durable: Instance | null;
  /** How many of its commits wait for the disk. */
  waiting: number;
}

export class LiveInstances {
  readonly #instances = new Map<string, LiveInstance>();

  /** What is known of an instance; undefined when that is nothing. */
  find(key: string): LiveInstance | undefined {
    return this.#instances.get(key);
  }

  /** The same, where one is about to begin. */
  claim(key: string): LiveInstance {
    let live = this.#instances.get(key);
    if (live === undefined) {
      live = { key, newest: null, durable: null, waiting: 0 };
      this.#instances.set(key, live);
    }
    return live;
  }

  /** Forgets an instance of which nothing is left, neither in memory nor under way. */
  release(live: LiveInstance): void {
    const { key, newest, durable, waiting } = live;
    if (newest === null && durable === null && waiting === 0) this.#instances.delete(key);
  }

  /** The newest durable states. */
  *durable(): Generator<Instance> {
    for (const { durable } of this.#instances.values()) if (durable !== null) yield durable;
  }
}

/** The processes of a simulated machine: which of them live, for whoever looks at a lock. */
import type { ProcessIdentity, ProcessTable } from '../store/process-table.ts';
import type { Life } from './life.ts';

export class SimulatedProcesses {
  readonly #lives = new Map<number, Life>();
  #pids: number;

  /** @param from number of the process before the first one */
  constructor(from = 100) {
    this.#pids = from;
  }

  /** What a new process sees. */
  born(life: Life): ProcessTable {
    this.#pids += 1;
    const pid = this.#pids;
    this.#lives.set(pid, life);
    const self: ProcessIdentity = { pid, start: `boot/${pid}`, host: 'site-pc' };
    return {
      self: async () => self,
      isAlive: async (other) => this.#lives.get(other.pid)?.isOver === false,
    };
  }
}

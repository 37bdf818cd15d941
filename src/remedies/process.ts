/** Remedies on Syncwarden's own processes: restart a plugin, restart the server that carries it. */
import type { Remedy, RemedyUse } from './remedy.ts';

/** What can be restarted, and since when it runs; both as the owner of the processes knows them. */
export interface Restartable {
  restart(use: RemedyUse): Promise<string>;
  /** Epoch milliseconds; null while it does not run. */
  startedAt(use: RemedyUse): number | null;
}

/** A restart has been done when what it restarts began after the intent. */
export function createRestartRemedy(component: Restartable): Remedy {
  return {
    act: (use) => component.restart(use),
    wasDone(use) {
      const startedAt = component.startedAt(use);
      return Promise.resolve(startedAt !== null && startedAt >= use.startedAt);
    },
  };
}

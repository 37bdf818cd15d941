/** Keeps a remedy from Genetec's role while it is our own watcher that does not answer. */
import type { Remedy, RemedyUse } from '../remedies/remedy.ts';

/** The process that carries the watcher, as far as it matters here. */
export interface WatcherHost {
  status(): { readonly running: boolean; readonly answering: boolean };
  restartPlugin(integration: string, signal: AbortSignal): Promise<string>;
}

/**
 * To the ladder a watcher that hangs looks like a plugin that hangs. The role may be well: the watcher is restarted in its
 * place, which costs nothing.
 */
export function sparingRole(remedy: Remedy, host: WatcherHost): Remedy {
  return {
    async act(use: RemedyUse) {
      const { running, answering } = host.status();
      if (running && answering) return remedy.act(use);
      const done = await host.restartPlugin(use.integration, use.signal);
      return `Syncwarden's own watcher did not answer. The role was left alone, and the watcher restarted: ${done}`;
    },
    wasDone: (use) => remedy.wasDone(use),
  };
}

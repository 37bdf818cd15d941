/** Plugins inside the supervisor's own process: for embedding and for tests. */
import type { Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import type { Plugin } from './plugin.ts';
import type { PluginHost } from './plugin-host.ts';

/** Opens a plugin by integration id; called again at each restart. */
export type OpenPlugin = (integration: string) => Promise<Plugin>;

export interface InProcessHostOptions {
  readonly server: string;
  readonly integrations: readonly string[];
  readonly open: OpenPlugin;
  readonly clock: Clock;
}

/** Starts all plugins of the server. */
export async function startInProcessHost(options: InProcessHostOptions): Promise<PluginHost> {
  const { server, integrations, open, clock } = options;
  const plugins = new Map<string, Plugin>();
  const startedAt = clock.now();

  const running = (integration: string): Plugin => {
    const plugin = plugins.get(integration);
    if (plugin) return plugin;
    throw new CodedError('SW_PLUGIN_STOPPED', {
      doing: `asking the plugin of "${integration}"`,
      expected: 'a running plugin',
      found: 'none',
      todo: 'Wait for its restart, or look in the log why it does not start',
    });
  };
  const restart = async (integration: string) => {
    const plugin = plugins.get(integration);
    plugins.delete(integration);
    await plugin?.close();
    plugins.set(integration, await open(integration));
  };
  const restartAll = async () => {
    for (const integration of integrations) await restart(integration);
  };

  await restartAll();
  return {
    server,
    status: () => ({ running: true, startedAt, answering: true }),
    pluginStartedAt: (integration) => plugins.get(integration)?.startedAt ?? null,
    probe: async (integration, signal) => running(integration).probe(signal),
    check: async (integration, signal) => running(integration).check(signal),
    synchronize: async (integration, run) => running(integration).synchronize(run),
    onDemand: running,
    async restartPlugin(integration) {
      await restart(integration);
      return 'The plugin was stopped and started.';
    },
    async restartServer() {
      await restartAll();
      return `All ${integrations.length} plugins of the server were stopped and started.`;
    },
    onSignal: () => {},
    async close() {
      for (const plugin of plugins.values()) await plugin.close();
      plugins.clear();
    },
  };
}

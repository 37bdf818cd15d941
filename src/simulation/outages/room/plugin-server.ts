/** A server of plugins inside this process: the real in-process host, in a process that can crash, hang and be started again. */
import { pause } from '../../../core/clock.ts';
import { startInProcessHost } from '../../../supervise/plugin-host/in-process-host.ts';
import type { Plugin, Run } from '../../../supervise/plugin-host/plugin.ts';
import type { HostSignal, HostStatus, PluginHost } from '../../../supervise/plugin-host/plugin-host.ts';
import type { Life } from '../../life.ts';
import type { Witness } from '../witness.ts';
import { PluginProcess } from './plugin-process.ts';
import { simulated } from './simulated-failure.ts';
import type { Site } from './site.ts';

/** As the host in a child process has them. */
const silenceMs = 3_000;
const stopMsMax = 5_000;
const probeMsMax = 20_000;
/** How long a host takes to start. */
const startMs = 1_500;

export interface PluginServerOptions {
  readonly server: string;
  readonly sites: readonly Site[];
  /** Of the supervisor: its children die with it. */
  readonly life: Life;
  readonly witness: Witness;
}

export class PluginServer implements PluginHost {
  readonly server: string;
  readonly #options: PluginServerOptions;
  readonly #listeners = new Set<(signal: HostSignal) => void>();
  readonly #plugins = new Map<string, PluginProcess>();
  #process: PluginProcess;
  #host: PluginHost | null = null;
  #silentSince: number | null = null;

  constructor(options: PluginServerOptions) {
    this.server = options.server;
    this.#options = options;
    this.#process = new PluginProcess(options.life.child());
  }

  async start(): Promise<void> {
    const { server, sites, life } = this.#options;
    const process = new PluginProcess(life.child());
    this.#process = process;
    this.#silentSince = null;
    this.#host = await startInProcessHost({
      server,
      integrations: sites.map(({ id }) => id),
      clock: process.life.clock,
      open: (id) => this.#open(process, sites.find((site) => site.id === id) as Site), // it is one of its own
    });
  }

  status(): HostStatus {
    const { life } = this.#options;
    const running = this.#host !== null;
    const silent = this.#silentSince !== null && life.clock.monotonic() - this.#silentSince > silenceMs;
    return { running, startedAt: this.#host?.status().startedAt ?? null, answering: running && !silent };
  }

  pluginStartedAt(integration: string): number | null {
    return this.#host?.pluginStartedAt(integration) ?? null;
  }

  probe(integration: string, signal: AbortSignal) {
    return this.#within(probeMsMax, () => this.#ask(integration, (host) => host.probe(integration, signal)));
  }

  check(integration: string, signal: AbortSignal) {
    return this.#ask(integration, (host) => host.check(integration, signal));
  }

  async synchronize(integration: string, run: Run) {
    const { witness, sites } = this.#options;
    const entities = sites.find(({ id }) => id === integration)?.entities;
    const call = witness.nextCall();
    let done = 0;
    witness.see({ what: 'run-began', integration, call });
    entities?.beginRun();
    const report: Run['report'] = (told) => {
      if (told.kind === 'phase' && told.phase === 'sweeping') entities?.beginSweep();
      if (told.kind === 'progress' && told.done > 0)
        witness.see({ what: 'run-progressed', integration, call, done: ++done });
      run.report(told);
    };
    const over = () => witness.see({ what: 'run-ended', integration, call });
    run.signal.addEventListener('abort', over, { once: true });
    try {
      const result = await this.#ask(integration, (host) => host.synchronize(integration, { ...run, report }));
      entities?.ended(result);
      return result;
    } finally {
      run.signal.removeEventListener('abort', over);
      if (!run.signal.aborted) over();
    }
  }

  onDemand(integration: string) {
    return this.#running().onDemand(integration);
  }

  async restartPlugin(integration: string, signal: AbortSignal): Promise<string> {
    if (this.#host === null) return this.restartServer(signal);
    if (this.#silentSince !== null) {
      await pause(this.#options.life.clock, stopMsMax, signal);
      return this.restartServer(signal);
    }
    return await this.#host.restartPlugin(integration, signal);
  }

  async restartServer(signal: AbortSignal): Promise<string> {
    this.#end();
    await pause(this.#options.life.clock, startMs, signal);
    await this.start();
    this.#tell({ kind: 'answered' });
    return `The plugin host "${this.server}" was ended and started again.`;
  }

  onSignal(listener: (signal: HostSignal) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#process.life.kill();
  }

  /** The process ends, as after `kill -9`. */
  crash(): void {
    if (this.#host === null) return;
    this.#end();
    this.#tell({ kind: 'lost', message: `The plugin host "${this.server}" ended.` });
  }

  /** It stands still; the silence is noticed after a while. */
  hang(): void {
    if (this.#host === null || this.#silentSince !== null) return;
    const process = this.#process;
    this.#silentSince = this.#options.life.clock.monotonic();
    for (const one of [process, ...this.#plugins.values()]) one.freeze();
    process.life.clock.schedule(silenceMs + 1, () => {
      if (this.#silentSince === null || this.#process !== process) return;
      this.#tell({ kind: 'lost', message: `The plugin host "${this.server}" has not been heard for ${silenceMs} ms.` });
    });
  }

  /** It goes on as if nothing had been. */
  thaw(): void {
    if (this.#silentSince === null) return;
    this.#silentSince = null;
    for (const one of [this.#process, ...this.#plugins.values()]) one.thaw();
    if (this.#host !== null) this.#tell({ kind: 'answered' });
  }

  /** Whether the plugin of an integration is there and goes on: what no supervisor can see from outside. */
  hasLive(integration: string): boolean {
    return this.#host !== null && this.#silentSince === null && this.#plugins.get(integration)?.life.isOver === false;
  }

  /** One plugin ends inside its host. */
  crashPlugin(integration: string): void {
    this.#plugins.get(integration)?.life.kill();
  }

  #end(): void {
    this.#host = null;
    this.#silentSince = null;
    this.#process.life.kill();
  }

  async #open(host: PluginProcess, site: Site): Promise<Plugin> {
    const process = new PluginProcess(host.life.child());
    this.#plugins.set(site.id, process);
    const plugin = await site.open(process);
    return {
      ...plugin,
      // A plugin that ended has nothing left to close.
      close: () => (process.life.isOver ? Promise.resolve() : plugin.close()),
    };
  }

  #running(): PluginHost {
    if (this.#host === null) throw simulated('SW_PLUGIN_STOPPED');
    return this.#host;
  }

  async #ask<Answer>(integration: string, work: (host: PluginHost) => Promise<Answer>): Promise<Answer> {
    const host = this.#running();
    const plugin = this.#plugins.get(integration);
    return await this.#process.call(() => (plugin ? plugin.call(() => work(host)) : work(host)));
  }

  #within<Answer>(limitMs: number, work: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { clock } = this.#options.life;
      const cancel = clock.schedule(limitMs, () => reject(simulated('SW_PLUGIN_UNRESPONSIVE')));
      work().then(resolve, reject).finally(cancel);
    });
  }

  #tell(signal: HostSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }
}

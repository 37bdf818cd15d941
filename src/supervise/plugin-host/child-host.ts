/** A plugin host in a child process: started, heard, asked, and ended when it no longer answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Subject, type Subscription } from 'rxjs';
import type { Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { watchHeartbeats } from '../../observe/heartbeats.ts';
import type { IntegrationConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { HostCalls } from './host-calls.ts';
import { askOnDemand, mutable } from './host-on-demand.ts';
import type { OnDemand } from './on-demand.ts';
import type { Run } from './plugin.ts';
import type { HostSignal, HostStatus, PluginHost } from './plugin-host.ts';
import { messageSchema } from './protocol.ts';

/**
 * Requests and their replies live for a moment: with more room for what is young, they are gone before they are moved.
 * Megabytes; an eighth of the time of a synchronization was spent moving them with the default of 16.
 */
const youngObjects = ['--max-semi-space-size=32'];

export interface ChildHostOptions {
  readonly server: string;
  readonly integrations: readonly IntegrationConfig[];
  /** Folder of this server; each plugin has its own inside. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Longest silence of a host that is still alive. @default 3_000 */
  readonly silenceMs?: number;
  /** How long a plugin may take to stop before its host is ended. @default 5_000 */
  readonly stopMsMax?: number;
  /** How long a plugin may take to start. @default 30_000 */
  readonly startMsMax?: number;
  /** How long a probe may take. @default 20_000 */
  readonly probeMsMax?: number;
}

const defaults = { silenceMs: 3_000, stopMsMax: 5_000, startMsMax: 30_000, probeMsMax: 20_000 };

/** Starts the host process and all its plugins; a plugin that does not start is warned of, and left to the ladder. */
export async function startChildHost(options: ChildHostOptions): Promise<PluginHost> {
  const host = new ChildHost(options);
  await host.start();
  return host;
}

class ChildHost implements PluginHost {
  readonly server: string;
  readonly #options: ChildHostOptions & typeof defaults;
  readonly #listeners = new Set<(signal: HostSignal) => void>();
  readonly #pluginStarts = new Map<string, number>();
  #child: ChildProcess | null = null;
  #calls = new HostCalls(() => false);
  #startedAt: number | null = null;
  /** By the clock that never jumps: set forward, it would make a host look hung that has just been heard. */
  #heardAfterMs = 0;
  #watch: Subscription | null = null;
  #closing = false;

  constructor(options: ChildHostOptions) {
    this.server = options.server;
    this.#options = { ...defaults, ...options };
  }

  async start(): Promise<void> {
    const { clock, silenceMs } = this.#options;
    const child = fork(new URL('./host-main.js', import.meta.url), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, ...youngObjects],
    });
    this.#options.log.info({ server: this.server, pid: child.pid }, 'Plugin host started.');
    const beats = new Subject<void>();
    this.#child = child;
    this.#startedAt = clock.now();
    this.#heardAfterMs = clock.monotonic();
    this.#calls = new HostCalls((order) => child.connected && child.send(order));
    child.on('message', (raw) => {
      this.#heardAfterMs = clock.monotonic();
      const message = messageSchema.parse(raw);
      if (message.kind === 'heartbeat') beats.next();
      else this.#calls.take(message);
    });
    child.on('error', (error) =>
      this.#options.log.warn({ server: this.server, why: error.message }, 'A plugin host failed.'),
    );
    child.on('exit', (code, signal) => this.#ended(child, `It ended with ${signal ?? `code ${code}`}.`));
    this.#watch = watchHeartbeats(beats, { silenceMs }).subscribe((state) =>
      this.#tell(
        state === 'answered'
          ? { kind: 'answered' }
          : { kind: 'lost', message: `The plugin host "${this.server}" has not been heard for ${silenceMs} ms.` },
      ),
    );
    for (const integration of this.#options.integrations) await this.#tryStartPlugin(integration);
  }

  status(): HostStatus {
    const running = this.#child !== null;
    const silentMs = this.#options.clock.monotonic() - this.#heardAfterMs;
    return { running, startedAt: this.#startedAt, answering: running && silentMs <= this.#options.silenceMs };
  }

  pluginStartedAt(integration: string): number | null {
    return this.#pluginStarts.get(integration) ?? null;
  }

  probe(integration: string, signal: AbortSignal) {
    return this.#calls.ask({ kind: 'probe', integration }, { signal, msMax: this.#options.probeMsMax });
  }

  check(integration: string, signal: AbortSignal) {
    return this.#calls.ask({ kind: 'check', integration }, { signal });
  }

  synchronize(integration: string, { signal, report, runId, mode, types, approveDeletes }: Run) {
    const order = { kind: 'synchronize', integration, runId, mode, types: mutable(types), approveDeletes } as const;
    return this.#calls.ask(order, { signal, report });
  }

  onDemand(integration: string): OnDemand {
    return askOnDemand(() => this.#calls, integration);
  }

  async restartPlugin(integration: string, signal: AbortSignal): Promise<string> {
    const config = this.#options.integrations.find(({ id }) => id === integration);
    if (!config) throw notConfigured(integration, this.server);
    if (this.#child === null) return this.restartServer(signal);
    try {
      await this.#calls.ask({ kind: 'stop', integration }, { signal, msMax: this.#options.stopMsMax });
    } catch (error) {
      signal.throwIfAborted();
      const { code } = error instanceof CodedError ? error : { code: null };
      if (code !== 'SW_PLUGIN_UNRESPONSIVE' && code !== 'SW_PLUGIN_STOPPED') throw error;
      await this.restartServer(signal);
      return 'The plugin host did not answer; it was ended and started again with its plugins.';
    }
    await this.#startPlugin(config, signal);
    return 'The plugin was stopped and started inside its host.';
  }

  async restartServer(_signal: AbortSignal): Promise<string> {
    const former = this.#child?.pid;
    await this.#end();
    await this.start();
    return `The plugin host "${this.server}" was started as process ${this.#child?.pid}; process ${former ?? '(none)'} was ended.`;
  }

  onSignal(listener: (signal: HostSignal) => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child === null) return;
    // Leaving the channel lets the host log out; what does not leave by itself is ended.
    const ended = once(child, 'exit');
    child.disconnect();
    const cancel = this.#options.clock.schedule(this.#options.stopMsMax, () => child.kill('SIGKILL'));
    await ended;
    cancel();
  }

  async #tryStartPlugin(integration: IntegrationConfig): Promise<void> {
    try {
      await this.#startPlugin(integration, new AbortController().signal);
    } catch (error) {
      this.#options.log.warn({ integration: integration.id, why: String(error) }, 'A plugin did not start.');
    }
  }

  async #startPlugin(config: IntegrationConfig, signal: AbortSignal): Promise<void> {
    const directory = join(this.#options.directory, config.id);
    const { startedAt } = await this.#calls.ask(
      { kind: 'start', integration: config.id, config, directory },
      { signal, msMax: this.#options.startMsMax },
    );
    this.#pluginStarts.set(config.id, startedAt);
  }

  /** SIGKILL, because a host that hangs or is stopped hears nothing else; what it did is in its index. */
  async #end(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    this.#ended(child, 'It was ended.');
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#startedAt = null;
    this.#pluginStarts.clear();
    this.#watch?.unsubscribe();
    this.#calls.failAll(`the plugin host "${this.server}" is not running. ${how}`);
    if (!this.#closing) this.#tell({ kind: 'lost', message: `The plugin host "${this.server}" ended. ${how}` });
  }

  #tell(signal: HostSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }
}

function notConfigured(integration: string, server: string): CodedError {
  return new CodedError('SW_PLUGIN_STOPPED', {
    doing: `restarting the plugin of "${integration}"`,
    expected: `an integration of the server "${server}"`,
    found: 'none of that id',
    todo: 'Check the configuration',
  });
}

/** What can be stopped, started and restarted: the role, the server that hosts it, the proxy, and the line between them. */
import { type Clock, pause } from '../../core/clock.ts';
import type { RoleSettings } from './options.ts';
import type { PluginRole } from './plugin-role.ts';
import type { ProxyLink } from './proxy-link.ts';
import type { ProxyService } from './proxy-service.ts';

export interface ServicesParts {
  readonly role: PluginRole;
  readonly proxy: ProxyService;
  readonly link: ProxyLink;
  readonly settings: RoleSettings;
  readonly clock: Clock;
  /** The state of the server has changed; resolves when the Directory knows. */
  readonly publish: () => Promise<void>;
}

export const componentNames = ['role', 'server', 'proxy'] as const;
export type ComponentName = (typeof componentNames)[number];

/** One of the things that can be restarted. */
export interface Component {
  /** Epoch milliseconds; null while it does not run. */
  readonly startedAt: () => number | null;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Stops it, stays away, and starts it again; resolves when it is up. */
  readonly restart: () => Promise<void>;
}

export class Services {
  readonly #parts: ServicesParts;
  readonly components: { readonly [name in ComponentName]: Component };
  #serverStartedAt: number | null = null;
  #cancelRestore: () => void = () => {};

  constructor(parts: ServicesParts) {
    const { role, proxy, settings } = parts;
    this.#parts = parts;
    this.components = {
      role: this.#component({
        startedAt: () => role.startedAt,
        start: async () => {
          // Without its server there is nothing that could run it.
          if (this.#serverStartedAt !== null) await role.start();
        },
        stop: async () => {
          await role.stop();
          if (role.hang.healedBy === 'role') role.hang.end();
        },
        downMs: () => settings.roleRestartMs,
      }),
      server: this.#component({
        startedAt: () => this.#serverStartedAt,
        start: () => this.#startServer(),
        stop: () => this.#stopServer(),
        downMs: () => settings.serverRestartMs,
      }),
      proxy: this.#component({
        startedAt: () => proxy.startedAt,
        start: () => proxy.start(),
        stop: () => proxy.stop(),
        downMs: () => settings.proxyRestartMs,
      }),
    };
  }

  get serverIsOnline(): boolean {
    return this.#serverStartedAt !== null;
  }

  /** Cuts the line between role and proxy; with `portClosed` nobody else reaches the proxy's port either. */
  async cut({ portClosed, durationMs }: { readonly portClosed: boolean; readonly durationMs?: number | undefined }) {
    const { link, proxy, clock } = this.#parts;
    this.#cancelRestore();
    link.cut();
    if (portClosed) await proxy.closePort(true);
    if (durationMs !== undefined) this.#cancelRestore = clock.schedule(durationMs, () => void this.restore());
  }

  async restore(): Promise<void> {
    this.#cancelRestore();
    this.#parts.link.restore();
    await this.#parts.proxy.closePort(false);
  }

  async stopAll(): Promise<void> {
    this.#cancelRestore();
    await this.#stopServer();
    await this.#parts.proxy.stop();
  }

  async #startServer(): Promise<void> {
    this.#serverStartedAt ??= this.#parts.clock.now();
    await this.#parts.role.start();
    await this.#parts.publish();
  }

  async #stopServer(): Promise<void> {
    const { role, publish } = this.#parts;
    this.#serverStartedAt = null;
    await role.stop();
    role.hang.end();
    await publish();
  }

  #component({ downMs, ...component }: Omit<Component, 'restart'> & { readonly downMs: () => number }): Component {
    const restart = async () => {
      await component.stop();
      await pause(this.#parts.clock, downMs());
      await component.start();
    };
    return { ...component, restart };
  }
}

/**
 * A whole simulated site as real processes: SiPass, its proxy, Security Center, and the supervisor that watches them.
 *
 * The supervisor is the product itself, started as anybody would start it, with a configuration file of its own. What
 * the site adds is what a site has: servers that can fail, and somebody's service manager that can restart the proxy.
 */
import { request } from 'undici';
import { z } from 'zod';
import { SiteProcess } from './site-process.ts';

export interface SiteOptions {
  /** The command line program, as Node.js is to run it. */
  readonly program: string;
  /** The supervisor's configuration; need not exist before the supervisor is started. */
  readonly configFile: string;
  readonly cardholders: number;
  readonly seed: number;
  readonly profile: 'mp270' | 'mp28x';
  /** Hears what the processes write to stderr. */
  readonly onTalk: (process: string, line: string) => void;
}

/** Addresses that must outlive a restart. */
export interface SitePorts {
  readonly sipass: number;
  readonly proxy: number;
  readonly proxyAdmin: number;
  readonly securityCenter: number;
}

/** The servers of the site whose back door can be used. */
export type SiteServer = 'sipass' | 'proxy' | 'security-center';

const hostStartedSchema = z.looseObject({
  server: z.string(),
  pid: z.number(),
  msg: z.literal('Plugin host started.'),
});

export class Site {
  readonly supervisor: SiteProcess;
  readonly proxy: SiteProcess;
  /** How often the service manager was asked to restart the proxy, with the keys it was given. */
  readonly proxyRestartKeys: string[] = [];
  /** Called in the middle of a restart of the proxy: it is up again, and nobody has been answered yet. */
  onProxyRestarted: () => Promise<void> = async () => {};
  supervisorUrl = '';
  /** Process id of the plugin host, as the supervisor's log last named it. */
  pluginHostPid: number | null = null;
  readonly #sipass: SiteProcess;
  readonly #securityCenter: SiteProcess;
  readonly #adminUrls = new Map<SiteServer, string>();

  constructor(options: SiteOptions, ports: SitePorts) {
    const { program, configFile, cardholders, seed, profile, onTalk } = options;
    const process = (name: string, ...args: readonly (string | number)[]) =>
      new SiteProcess({
        name,
        argv: [program, ...args.map(String), '--json'],
        onTalk: (line) => {
          this.#noteHost(line);
          onTalk(name, line);
        },
      });
    const people = ['--cardholders', cardholders, '--seed', seed, '--profile', profile];
    this.#sipass = process('sipass', 'simulate', 'sipass', '--port', ports.sipass, '--admin-port', 0, ...people);
    const upstream = `http://127.0.0.1:${ports.sipass}`;
    const proxyPorts = ['--port', ports.proxy, '--admin-port', ports.proxyAdmin];
    this.proxy = process('proxy', 'simulate', 'proxy', ...proxyPorts, '--upstream', upstream);
    const target = ['simulate', 'security-center', '--port', ports.securityCenter, '--admin-port', 0, '--seed', seed];
    this.#securityCenter = process('security-center', ...target);
    this.supervisor = process('supervisor', 'run', '--config', configFile);
  }

  /** Starts SiPass, its proxy and Security Center. */
  async startServers(): Promise<void> {
    const [sipass, securityCenter] = await Promise.all([this.#sipass.start(), this.#securityCenter.start()]);
    if (sipass.adminUrl) this.#adminUrls.set('sipass', sipass.adminUrl);
    if (securityCenter.adminUrl) this.#adminUrls.set('security-center', securityCenter.adminUrl);
    await this.startProxy();
  }

  /** Starts the supervisor (again, after it was killed). */
  async startSupervisor(): Promise<void> {
    this.supervisorUrl = (await this.supervisor.start()).url;
  }

  async startProxy(): Promise<void> {
    const { adminUrl } = await this.proxy.start();
    if (adminUrl) this.#adminUrls.set('proxy', adminUrl);
  }

  /** Calls the back door of a server; answers the parsed JSON body, or null when there is none. */
  async admin(
    server: SiteServer,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<unknown> {
    const answer = await request(`${this.#adminUrls.get(server)}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw new Error(`${server} ${method} ${path}: ${answer.statusCode} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async close(): Promise<void> {
    await this.supervisor.stop();
    await Promise.all([this.proxy.stop(), this.#sipass.stop(), this.#securityCenter.stop()]);
  }

  #noteHost(line: string): void {
    if (!line.includes('Plugin host started.')) return;
    const said = hostStartedSchema.safeParse(JSON.parse(line));
    if (said.success) this.pluginHostPid = said.data.pid;
  }
}

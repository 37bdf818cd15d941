/**
 * A whole simulated site as real processes: the servers of its plan, and the supervisor that watches them.
 *
 * The supervisor is the product itself, started as anybody would start it, with a configuration file of its own. What
 * the site adds is what a site has: servers that can fail, and somebody's service manager that can restart some of them.
 */
import { request } from 'undici';
import { z } from 'zod';
import { invariant } from '../../core/errors.ts';
import type { PlannedIntegration, SitePlan } from './plan.ts';
import { SiteService } from './service.ts';
import { SiteProcess } from './site-process.ts';

export interface SiteOptions {
  readonly plan: SitePlan;
  /** The command line program, as Node.js is to run it. */
  readonly program: string;
  /** The supervisor's configuration; need not exist before the supervisor is started. */
  readonly configFile: string;
  /** Hears what the processes write to stderr. */
  readonly onTalk: (process: string, line: string) => void;
}

const hostStartedSchema = z.looseObject({
  server: z.string(),
  pid: z.number(),
  msg: z.literal('Plugin host started.'),
});

export class Site {
  readonly supervisor: SiteProcess;
  readonly integrations: SitePlan['integrations'];
  supervisorUrl = '';
  /** Process id of the plugin host, as the supervisor's log last named it. */
  pluginHostPid: number | null = null;
  readonly #groups: readonly (readonly SiteProcess[])[];
  readonly #services: ReadonlyMap<string, SiteService>;

  constructor({ plan, program, configFile, onTalk }: SiteOptions) {
    const process = ({ name, argv }: { readonly name: string; readonly argv: readonly string[] }) =>
      new SiteProcess({
        name,
        argv,
        onTalk: (line) => {
          this.#noteHost(line);
          onTalk(name, line);
        },
      });
    this.integrations = plan.integrations;
    this.#groups = plan.groups.map((group) => group.map(process));
    this.#services = new Map(plan.services.map((name) => [name, new SiteService(this.process(name))]));
    this.supervisor = process({ name: 'supervisor', argv: [program, 'run', '--config', configFile, '--json'] });
  }

  /** Of the processes of the plan the one of that name. */
  process(name: string): SiteProcess {
    const found = this.#groups.flat().find((process) => process.name === name);
    invariant(found, `the site has a process "${name}"`);
    return found;
  }

  has(name: string): boolean {
    return this.#groups.flat().some((process) => process.name === name);
  }

  /** What the service manager restarts under that name; undefined where it knows none. */
  findService(name: string): SiteService | undefined {
    return this.#services.get(name);
  }

  service(name: string): SiteService {
    const found = this.findService(name);
    invariant(found, `the service manager of the site looks after "${name}"`);
    return found;
  }

  integration(id: string): PlannedIntegration {
    const found = this.integrations.find((one) => one.id === id);
    invariant(found, `the site has an integration "${id}"`);
    return found;
  }

  /** Starts everything but the supervisor. */
  async startServers(): Promise<void> {
    for (const group of this.#groups) await Promise.all(group.map((process) => process.start()));
  }

  /** Starts the supervisor (again, after it was killed). */
  async startSupervisor(): Promise<void> {
    this.supervisorUrl = (await this.supervisor.start()).url;
  }

  /** Calls the back door of a server; answers the parsed JSON body, or null when there is none. */
  async admin(
    server: string,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<unknown> {
    const answer = await request(`${this.process(server).adminUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw new Error(`${server} ${method} ${path}: ${answer.statusCode} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async close(): Promise<void> {
    await this.supervisor.stop();
    await Promise.all(this.#groups.flat().map((process) => process.stop()));
  }

  #noteHost(line: string): void {
    if (!line.includes('Plugin host started.')) return;
    const said = hostStartedSchema.safeParse(JSON.parse(line));
    if (said.success) this.pluginHostPid = said.data.pid;
  }
}

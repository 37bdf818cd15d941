/** The simulated site: a machine with a disk and a service manager, integrations with servers and proxies, and its people. */
import type { Json } from '../../../core/json.ts';
import type { FileSystem } from '../../../store/durable-file.ts';
import { openEmbeddedStore } from '../../../store/embedded-store.ts';
import type { Config } from '../../../supervise/config.ts';
import type { Station } from '../../../supervise/station.ts';
import type { SupervisorRuntime } from '../../../supervise/supervisor-runtime.ts';
import { CrashFileSystem } from '../../disk/crash-file-system.ts';
import type { Unflushed } from '../../disk/inode.ts';
import { mortalFiles } from '../../disk/mortal-files.ts';
import { Life } from '../../life.ts';
import { SimulatedProcesses } from '../../process-table.ts';
import { randomOf } from '../../random.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { Operators } from '../operators.ts';
import { Witness } from '../witness.ts';
import { PluginServer } from './plugin-server.ts';
import { ProxyService } from './proxy.ts';
import { type Mood, remediesOf } from './remedies.ts';
import { type Disguise, Site } from './site.ts';
import { type Parts, startSupervisorProcess } from './supervisor-process.ts';

/** What is put in the place of real parts, to see whether anybody notices. */
export interface Sabotage extends Parts {
  readonly disguise?: Disguise;
  readonly disk?: (files: FileSystem) => FileSystem;
}

export interface RoomOptions {
  readonly config: Config;
  readonly seed: number;
  readonly sabotage?: Sabotage | undefined;
}

/** How long the service manager waits before it starts the supervisor again, milliseconds; longer when it did not start. */
const startAgainMs = 5_000;
const startAgainMsMax = 8 * 60_000;

export class MachineRoom {
  readonly config: Config;
  readonly clock = new VirtualClock();
  readonly files = new CrashFileSystem();
  readonly witness = new Witness(this.clock);
  readonly sites: ReadonlyMap<string, Site>;
  readonly proxies: ReadonlyMap<string, ProxyService>;
  readonly operators: Operators;
  /** Servers of the present life; empty while the supervisor is down. */
  servers = new Map<string, PluginServer>();
  runtime: SupervisorRuntime | null = null;
  mood: Mood = 'works';
  readonly #options: RoomOptions;
  readonly #processes = new SimulatedProcesses();
  readonly #effective = new Set<string>();
  #life: Life | null = null;
  #diskFault: Parameters<CrashFileSystem['failWhen']>[0] = null;
  /** What a machine that stops at its next crash loses, and how long it stays off. */
  #crash: { readonly unflushed: Unflushed; readonly offMs: number } = {
    unflushed: { kind: 'kept' },
    offMs: startAgainMs,
  };
  /** Starts that have failed since the last one that did not. */
  #failedStarts = 0;

  constructor(options: RoomOptions) {
    const { config, seed, sabotage } = options;
    this.#options = options;
    this.config = config;
    const site = (one: Config['integrations'][number]) =>
      new Site({ config: one, seed, witness: this.witness, disguise: sabotage?.disguise });
    this.sites = new Map(config.integrations.map((one) => [one.id, site(one)]));
    this.proxies = new Map(proxiesOf(config).map((name) => [name, this.#proxy(name)]));
    this.operators = new Operators({
      clock: this.clock,
      witness: this.witness,
      random: randomOf(seed, 'operators'),
      runtime: () => this.runtime,
      mend: (integration) => this.#mend(integration),
    });
  }

  get isUp(): boolean {
    return this.runtime !== null;
  }

  /** Starts the supervisor on what the last one has left; the service manager tries again when it does not start. */
  async start(): Promise<void> {
    const { config, sabotage } = this.#options;
    const life = new Life(this.clock);
    const sites = [...this.sites.values()];
    this.#life = life;
    const serverOf = (server: string) =>
      new PluginServer({
        server,
        sites: sites.filter((site) => site.config.server === server),
        life,
        witness: this.witness,
      });
    const servers = new Map(
      [...new Set(sites.map((site) => site.config.server))].map((name) => [name, serverOf(name)]),
    );
    this.servers = servers;
    const stations = new Map(sites.map((site) => [site.id, this.#station(site, servers, life)]));
    const files = mortalFiles({
      files: sabotage?.disk?.(this.files) ?? this.files,
      life,
      onWrite: (path, data, position) => this.witness.wrote(path, data, position),
      onCrash: () => this.#stopped(life),
    });
    const processes = this.#processes.born(life);
    const { witness } = this;
    try {
      const started = { config, files, processes, life, servers, stations, witness, parts: sabotage };
      const runtime = await startSupervisorProcess(started);
      if (!life.isOver) this.runtime = runtime;
      this.#failedStarts = 0;
    } catch (error) {
      this.#failedStarts += 1;
      const againMs = Math.min(startAgainMsMax, startAgainMs * 2 ** this.#failedStarts);
      this.end(`it did not start: ${error instanceof Error ? error.message : String(error)}`, againMs);
    }
  }

  /** The process ends, however it does; what it has written is still there. */
  end(how: string, againMs = startAgainMs): void {
    if (this.#life === null || this.#life.isOver) return;
    this.#life.kill();
    this.runtime = null;
    this.servers = new Map();
    this.witness.see({ what: 'life-ended', how });
    this.clock.schedule(againMs, () => void this.start());
  }

  /** The machine stops in the middle of its n-th operation on the disk from now, and loses what was not flushed. */
  stopAt(operation: number, unflushed: Unflushed, offMs = startAgainMs): void {
    this.#crash = { unflushed, offMs };
    this.files.crashAfter(operation);
  }

  /** A disk that refuses; null for a good one. */
  failDisk(fault: Parameters<CrashFileSystem['failWhen']>[0]): void {
    this.#diskFault = fault;
    this.files.failWhen(fault);
  }

  /** A supervisor whose store has failed accepts nothing more, and ends itself. */
  look(): void {
    const failure = this.runtime?.failure() ?? null;
    if (failure !== null) this.end(failure.message);
  }

  /** Somebody starts a second supervisor on the same directory. */
  async startSecond(): Promise<void> {
    const first = this.#life;
    const life = new Life(this.clock);
    const fileSystem = mortalFiles({ files: this.files, life, onCrash: () => first && this.#stopped(first) });
    const processes = this.#processes.born(life);
    try {
      const store = await openEmbeddedStore({ directory: '/data', clock: this.clock, fileSystem, processes });
      // Between two lives of the first it may come in: it leaves at once.
      if (first && !first.isOver) this.witness.see({ what: 'second-owner', refused: false });
      await store.close();
    } catch {
      this.witness.see({ what: 'second-owner', refused: true });
    }
    life.kill();
  }

  /** The newest state of an integration as it was last told; undefined while the supervisor is down. */
  recordOf(integration: string): { readonly value: Json; readonly context: Json } | undefined {
    return this.runtime?.record(integration)?.snapshot;
  }

  async close(): Promise<void> {
    this.#life?.kill();
  }

  #stopped(life: Life): void {
    if (life.isOver) return;
    const { unflushed, offMs } = this.#crash;
    this.end(`the machine stopped (${unflushed.kind})`, offMs);
    this.files.restart(unflushed);
    this.files.failWhen(this.#diskFault);
  }

  #mend(integration: string): void {
    const server = this.servers.get(this.sites.get(integration)?.config.server ?? '');
    if (server && !server.hasLive(integration)) void server.restartServer(new AbortController().signal);
  }

  #proxy(component: string): ProxyService {
    const behind = [...this.sites.values()].filter((site) => proxyOf(site.config) === component);
    return new ProxyService(
      component,
      this.clock,
      behind.map((site) => site.source),
    );
  }

  #station(site: Site, servers: ReadonlyMap<string, PluginServer>, life: Life): Station {
    const { clock, witness } = this;
    const host = servers.get(site.config.server) as PluginServer; // one is made for each
    const proxy = this.proxies.get(proxyOf(site.config) ?? '') ?? null;
    const mood = () => this.mood;
    return {
      policy: site.config.policy,
      host,
      remedies: remediesOf(host, proxy, { clock, life, witness, mood, effective: this.#effective }),
      reach: {
        source: () => Promise.resolve(site.source.isReachable),
        sourceHost: () => Promise.resolve(site.sourceHostAnswers),
        target: () => Promise.resolve(site.target.isReachable),
      },
    };
  }
}

/** The component that the remedy `restart-proxy` of an integration restarts. */
export function proxyOf({ remedies }: Config['integrations'][number]): string | null {
  return (remedies['restart-proxy'] as { readonly component?: string } | undefined)?.component ?? null;
}

function proxiesOf({ integrations }: Config): readonly string[] {
  return [...new Set(integrations.flatMap((one) => proxyOf(one) ?? []))];
}

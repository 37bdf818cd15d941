/** The SiPass proxy service: a TCP listener before a cache of all SiPass entities. Its every start forces a full one. */
import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, pause } from '../../core/clock.ts';
import { listen } from '../listener-gate.ts';
import { ProxyCache } from './proxy-cache.ts';
import { SipassReader, type SipassReaderOptions } from './sipass-reader.ts';
import type { SiteData } from './site-data.ts';
import { countsOf, type EntitiesByType } from './source-entity.ts';
import { type Message, onLines, type Question, questionSchema, sendLine } from './wire.ts';

export interface ProxyServiceOptions {
  readonly host: string;
  /** 0 takes a free one, and keeps it over restarts. */
  readonly port: number;
  readonly sipass: SipassReaderOptions;
  readonly site: SiteData;
  readonly pollMs: () => number;
  readonly reconnectMs: number;
  readonly clock: Clock;
}

/** One life of the service, from start to end. */
interface Life {
  readonly startedAt: number;
  readonly reader: SipassReader;
  readonly cache: ProxyCache;
  readonly ended: AbortController;
  readonly done: Promise<void>;
  /** Why everything is to be synchronized; null once a role was told. */
  demand: 'first-connection' | 'proxy-restart' | null;
  reachesSipass: boolean;
}

export class ProxyService {
  readonly #options: ProxyServiceOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections of roles, with what was read for each. */
  readonly #roles = new Map<Socket, EntitiesByType | null>();
  #port: number;
  #starts = 0;
  #life: Life | null = null;
  #portClosed = false;

  constructor(options: ProxyServiceOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get port(): number {
    return this.#port;
  }

  /** Since when it runs, epoch milliseconds; null while it does not. */
  get startedAt(): number | null {
    return this.#life?.startedAt ?? null;
  }

  get state() {
    const entities = this.#life?.cache.entities;
    return {
      port: this.#port,
      listening: this.#server.listening,
      startedAt: this.startedAt,
      starts: this.#starts,
      reachesSipass: this.#life?.reachesSipass ?? false,
      roles: this.#roles.size,
      cached: entities ? countsOf(entities) : null,
    };
  }

  /** Starts with an empty cache; does nothing while it runs. @throws CodedError `SW_PORT_IN_USE` */
  async start(): Promise<void> {
    if (this.#life !== null) return;
    await this.#openPort();
    const { sipass, site, clock } = this.#options;
    const ended = new AbortController();
    const reader = new SipassReader(sipass);
    const demand = this.#starts === 0 ? 'first-connection' : 'proxy-restart';
    this.#starts += 1;
    const life: Life = {
      startedAt: clock.now(),
      reader,
      cache: new ProxyCache(reader, site),
      ended,
      // Begins after this statement: `follow` finds the life in place.
      done: Promise.resolve().then(() => this.#follow(life)),
      demand,
      reachesSipass: false,
    };
    this.#life = life;
  }

  /** Ends it: the port is closed, connections break off, the cache is gone. */
  async stop(): Promise<void> {
    const life = this.#life;
    this.#life = null;
    life?.ended.abort();
    await this.#closePort();
    await life?.reader.close();
    await life?.done;
  }

  /** Closes the port while the service goes on, as a firewall would; or opens it again. */
  async closePort(closed: boolean): Promise<void> {
    this.#portClosed = closed;
    if (closed) await this.#closePort();
    else if (this.#life !== null) await this.#openPort();
  }

  async #openPort(): Promise<void> {
    if (this.#portClosed || this.#server.listening) return;
    // A TCP server is all that `listen` needs of the HTTP servers it was made for.
    this.#port = await listen(this.#server as Parameters<typeof listen>[0], this.#options.host, this.#port, 'proxy');
  }

  async #closePort(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#roles.delete(socket);
    });
    onLines(socket, questionSchema, (question) => void this.#answer(socket, question));
  }

  async #answer(socket: Socket, question: Question): Promise<void> {
    const { id } = question;
    try {
      sendLine(socket, { id, answer: await this.#answerTo(socket, question) });
    } catch (error) {
      sendLine(socket, { id, error: error instanceof Error ? error.message : String(error) });
    }
    if (question.ask === 'hello') this.#greet(socket);
  }

  async #answerTo(socket: Socket, question: Question): Promise<unknown> {
    const life = this.#life;
    if (life === null) throw new Error('the proxy is stopping');
    if (question.ask === 'hello') return this.#roles.set(socket, null).size;
    if (question.ask === 'hold') {
      const entities = (question.anew ? null : life.cache.copy()) ?? (await life.cache.fill());
      this.#roles.set(socket, entities);
      return countsOf(entities);
    }
    const held = this.#roles.get(socket);
    if (!held) throw new Error('nothing was read for this connection yet');
    return [...held[question.type].values()].slice(question.from, question.from + question.count);
  }

  #greet(socket: Socket): void {
    const life = this.#life;
    if (life === null) return;
    sendLine(socket, { tell: 'sipass', connected: life.reachesSipass });
    this.#demandFull(life);
  }

  /** Once for each life, as soon as there is a role and a cache. */
  #demandFull(life: Life): void {
    const [role] = this.#roles.keys();
    if (life.demand === null || !life.reachesSipass || role === undefined) return;
    sendLine(role, { tell: 'full', why: life.demand });
    life.demand = null;
  }

  /** Fills the cache, then looks for changes, until the life ends. */
  async #follow(life: Life): Promise<void> {
    const { pollMs, reconnectMs, clock } = this.#options;
    const { signal } = life.ended;
    while (!signal.aborted) {
      try {
        if (life.cache.entities === null) await life.cache.fill();
        const changes = await life.cache.changes();
        if (signal.aborted) return;
        if (!life.reachesSipass) this.#noteSipass(life, true);
        if (changes.length > 0) this.#tell({ tell: 'changes', changes: [...changes] });
      } catch {
        if (life.reachesSipass && !signal.aborted) this.#noteSipass(life, false);
      }
      // Ending the life ends the pause.
      await pause(clock, life.reachesSipass ? pollMs() : reconnectMs, signal).catch(() => {});
    }
  }

  #noteSipass(life: Life, connected: boolean): void {
    life.reachesSipass = connected;
    this.#tell({ tell: 'sipass', connected });
    this.#demandFull(life);
  }

  #tell(message: Message): void {
    for (const socket of this.#roles.keys()) sendLine(socket, message);
  }
}

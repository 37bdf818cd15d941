/** The role's end of the connection to the proxy: one TCP connection at a time, which can be cut. */
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Counts, EntityTypeName, SourceEntity } from './source-entity.ts';
import { countsSchema, entitiesSchema, type Message, messageSchema, onLines, type Question, sendLine } from './wire.ts';

/** What the proxy tells without being asked. */
export type Told = Extract<Message, { tell: string }>;

/** An open connection. */
export interface ProxyConnection {
  /** Makes the proxy hold what there is, read `anew` from SiPass or as it has cached it; answers how much that is. */
  hold(anew: boolean): Promise<Counts>;
  read(type: EntityTypeName, from: number, count: number): Promise<readonly SourceEntity[]>;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly ended: Promise<void>;
  isOpen(): boolean;
  close(): void;
}

type Ask<T = Question> = T extends Question ? Omit<T, 'id'> : never;
interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class ProxyLink {
  readonly #host: string;
  readonly #port: () => number;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  constructor(host: string, port: () => number) {
    this.#host = host;
    this.#port = port;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Breaks the connection off; there is none until {@link ProxyLink.restore}. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#isCut = false;
  }

  /** @throws CodedError `SW_UNREACHABLE` */
  async open(role: string, told: (message: Told, connection: ProxyConnection) => void): Promise<ProxyConnection> {
    const socket = await this.#connected();
    const waiting = new Map<number, Waiting>();
    let lastId = 0;
    const ask = async <T extends z.ZodType>(question: Ask, schema: T): Promise<z.output<T>> => {
      if (socket.destroyed) throw lost();
      const id = ++lastId;
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      sendLine(socket, { ...question, id });
      return schema.parse(await answer);
    };
    const connection: ProxyConnection = {
      hold: (anew) => ask({ ask: 'hold', anew }, countsSchema),
      read: (type, from, count) => ask({ ask: 'read', type, from, count }, entitiesSchema),
      ended: new Promise<void>((resolve) => socket.once('close', () => resolve())),
      isOpen: () => !socket.destroyed,
      close: () => socket.destroy(),
    };
    socket.once('close', () => {
      for (const { reject } of waiting.values()) reject(lost());
    });
    onLines(socket, messageSchema, (message) => {
      if ('tell' in message) return told(message, connection);
      const question = waiting.get(message.id);
      waiting.delete(message.id);
      if ('error' in message) question?.reject(new Error(message.error));
      else question?.resolve(message.answer);
    });
    await ask({ ask: 'hello', role }, z.unknown());
    return connection;
  }

  #connected(): Promise<Socket> {
    if (this.#isCut) return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      const socket = connect(this.#port(), this.#host);
      this.#sockets.add(socket);
      socket.once('error', () => reject(lost()));
      socket.once('close', () => {
        this.#sockets.delete(socket);
        reject(lost());
      });
      socket.once('connect', () => resolve(socket));
    });
  }
}

function lost(): CodedError {
  return new CodedError('SW_UNREACHABLE', {
    doing: 'speaking with the SiPass proxy',
    expected: 'a connection to its port',
    found: 'that there is none',
    todo: 'Start the proxy, and restore the connection',
  });
}

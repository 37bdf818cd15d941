/** A listener that can be closed for several reasons at once, and opens again on its own port when none is left. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../core/errors.ts';

/** Keeps a server closed while there is a reason to; changes are followed one after the other. */
export class ListenerGate {
  readonly #server: Server;
  readonly #listen: () => Promise<unknown>;
  readonly #closedBy = new Set<string>();
  #work: Promise<void> = Promise.resolve();

  constructor(server: Server, listenAgain: () => Promise<unknown>) {
    this.#server = server;
    this.#listen = listenAgain;
  }

  set(reason: string, closed: boolean): void {
    if (closed) this.#closedBy.add(reason);
    else this.#closedBy.delete(reason);
    this.#work = this.#work.catch(() => {}).then(() => this.#follow());
    // Whoever waits sees the failure through `settled`; without a waiter it must not end the process.
    this.#work.catch(() => {});
  }

  /** Resolves when the listener is as the reasons say. @throws CodedError `SW_PORT_IN_USE` */
  settled(): Promise<void> {
    return this.#work;
  }

  async #follow(): Promise<void> {
    const closed = this.#closedBy.size > 0;
    if (closed && this.#server.listening) {
      const done = new Promise<void>((resolve) => this.#server.close(() => resolve()));
      this.#server.closeAllConnections();
      await done;
    } else if (!closed && !this.#server.listening) await this.#listen();
  }
}

/** Listens, and answers the port. @throws CodedError `SW_PORT_IN_USE` */
export function listen(server: Server, host: string, port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(portError(name, host, port, cause));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve(portOf(server));
    });
  });
}

/** A taken port as `SW_PORT_IN_USE`; everything else as it is. */
export function portError(name: string, host: string, port: number, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'EADDRINUSE') return cause;
  return new CodedError('SW_PORT_IN_USE', {
    doing: `starting the ${name}`,
    expected: `port ${port} on ${host} to be free`,
    found: 'it is in use',
    todo: 'Stop what listens there, or choose another port (0 takes a free one)',
    cause,
  });
}

/** The port of a server that listens. */
export function portOf(server: Pick<Server, 'address'>): number {
  // A TCP server that listens has an AddressInfo; a string would be a pipe, which is never used here.
  return (server.address() as AddressInfo).port;
}

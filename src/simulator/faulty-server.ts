/** The shell of every simulated server: a real HTTP listener that can misbehave, and its back door. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Json } from '../core/json.ts';
import { adminServer } from './admin-server.ts';
import { type Exchange, sendJson } from './exchange.ts';
import type { FaultFields } from './fault-schema.ts';
import type { FaultBox } from './faults.ts';
import { ListenerGate, listen, portError, portOf } from './listener-gate.ts';
import { RequestLog } from './request-log.ts';
import { applyTransportFaults } from './transport-faults.ts';

/** The simulated product. */
export interface ProductApp {
  /** Answers one request. What it throws becomes status 500. */
  handle(exchange: Exchange): void | Promise<void>;
  /** The body and headers with which the product would answer this status. */
  errorReply(status: number): { readonly body: Json; readonly headers?: { readonly [name: string]: string } };
}

export interface FaultyServerOptions<F extends FaultFields> {
  /** Name for people, for example `SiPass simulator`. */
  readonly name: string;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** Port of the product; 0 takes a free one. */
  readonly port: number;
  /** Port of the back door, which has no authentication and stays on `host`; 0 takes a free one. */
  readonly adminPort: number;
  readonly app: ProductApp;
  /** Adds the admin routes of the domain. */
  readonly admin?: (admin: FastifyInstance) => void;
  readonly faults: FaultBox<F>;
  /** Called by `POST /restart` after the sockets are gone: forget sessions, keep data. */
  readonly onRestart?: () => void | Promise<void>;
  /** Certificate and key as PEM: the product side then speaks HTTPS. @default plain HTTP */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** @default the clock of this machine */
  readonly clock?: Clock;
}

/** A running simulated server. */
export interface FaultyServer {
  /** Base address of the product, without a final slash. */
  readonly url: string;
  /** Base address of the back door, without a final slash. */
  readonly adminUrl: string;
  readonly log: RequestLog;
  /** As `POST /restart`; resolves when the server listens again, or at once when `downMs` is more than 0. */
  restart(downMs?: number): Promise<void>;
  /** Stops both listeners and drops all sockets. */
  close(): Promise<void>;
}

/**
 * Starts the product listener and its back door.
 * @throws CodedError `SW_PORT_IN_USE`
 */
export async function startFaultyServer<F extends FaultFields>(options: FaultyServerOptions<F>): Promise<FaultyServer> {
  const { name, host = '127.0.0.1', faults, clock = systemClock } = options;
  const log = new RequestLog();
  const server = createProductServer(options, log, clock);
  const port = await listen(server, host, options.port, name);
  const gate = new ListenerGate(server, () => listen(server, host, port, name));
  const startedAt = clock.now();
  let restarts = 0;

  let cancelRefuse = () => {};
  const followRefuse = () => {
    cancelRefuse();
    const refuse = faults.active('refuse')[0];
    if (refuse?.durationMs !== undefined) {
      cancelRefuse = clock.schedule(refuse.durationMs, () => faults.remove(refuse.id));
    }
    gate.set('refuse', refuse !== undefined);
  };
  const stopFollowing = faults.onChange(followRefuse);
  followRefuse();

  let cancelDown = () => {};
  const restart = async (downMs = 0): Promise<void> => {
    cancelDown();
    restarts += 1;
    gate.set('restart', true);
    await gate.settled();
    await options.onRestart?.();
    if (downMs > 0) cancelDown = clock.schedule(downMs, () => gate.set('restart', false));
    else {
      gate.set('restart', false);
      await gate.settled();
    }
  };

  const admin = adminServer({
    faults,
    log,
    stats: () => ({ name, startedAt, restarts, listening: server.listening }),
    restart,
    settled: () => gate.settled(),
    ...(options.admin === undefined ? {} : { routes: options.admin }),
  });
  const close = async () => {
    stopFollowing();
    cancelRefuse();
    cancelDown();
    gate.set('close', true);
    await gate.settled();
    await admin.close();
  };
  try {
    await admin.listen({ host, port: options.adminPort });
  } catch (cause) {
    await close();
    throw portError(`${name} (admin)`, host, options.adminPort, cause);
  }
  const address = (scheme: string, at: number) => `${scheme}://${host.includes(':') ? `[${host}]` : host}:${at}`;
  return {
    url: address(options.tls === undefined ? 'http' : 'https', port),
    adminUrl: address('http', portOf(admin.server)),
    log,
    restart,
    close,
  };
}

function createProductServer<F extends FaultFields>(
  options: FaultyServerOptions<F>,
  log: RequestLog,
  clock: Clock,
): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // `serve` answers what it can and never rejects.
    void serve(options, log, clock, request, response);
  };
  return options.tls === undefined ? createHttpServer(listener) : createHttpsServer({ ...options.tls }, listener);
}

async function serve<F extends FaultFields>(
  { app, faults }: FaultyServerOptions<F>,
  log: RequestLog,
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = openExchange(request, response);
  const startedAt = clock.now();
  let fault: string | null = null;
  let defect: string | null = null;
  response.once('close', () => {
    const at = clock.now();
    log.append({
      at,
      method: exchange.method,
      path: exchange.url,
      route: exchange.route,
      status: response.headersSent ? response.statusCode : 0,
      complete: response.writableFinished,
      durationMs: at - startedAt,
      fault,
      defect,
    });
  });
  const refuse = (status: number) => {
    const { body, headers } = app.errorReply(status);
    sendJson(exchange, status, body, headers);
  };
  // A socket that breaks while it is read or written is an everyday event here.
  request.on('error', () => {});
  response.on('error', () => {});
  try {
    const verdict = await applyTransportFaults(faults, exchange, clock);
    fault = verdict.fault;
    if (verdict.next === 'refuse') refuse(verdict.status);
    else if (verdict.next === 'answer') await app.handle(exchange);
  } catch (error) {
    // A broken socket is no defect: there is nobody left to answer.
    if (!response.destroyed) defect = error instanceof Error ? error.message : String(error);
    if (response.headersSent) request.destroy();
    else if (!response.destroyed) refuse(500);
  }
}

function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const url = request.url ?? '/';
  const [path = '/', query = ''] = url.split(/\?(.*)/s, 2);
  return {
    request,
    response,
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    url,
    route: path,
  };
}

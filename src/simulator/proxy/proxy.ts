/**
 * The SiPass proxy simulator: an HTTP stand-in for the service through which a SiPass server is reached. Its sessions
 * live and die with it, so that ending it forces every client to begin anew. The real service speaks a protocol of its
 * own that is not public: only its role and this effect of a restart are taken from it.
 */
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { z } from 'zod';
import { type Clock, systemClock } from '../../core/clock.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import { FaultBox } from '../faults.ts';
import { type FaultyServer, startFaultyServer } from '../faulty-server.ts';
import { errorBodyOf, SipassError } from '../sipass/sipass-error.ts';
import { openRequest, sendBack, sendUpstream, type Upstream } from './forward.ts';
import { type IssuedSession, IssuedSessions } from './issued-sessions.ts';

const proxyOptionsSchema = z.strictObject({
  /** Address to listen on. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Port of the proxy; 0 takes a free one. 5645 is the default of the service it stands for. */
  port: z.int().min(0).max(65_535).default(5645),
  /** Port of the back door; 0 takes a free one. */
  adminPort: z.int().min(0).max(65_535).default(5646),
  /** Address of the SiPass server. */
  upstreamUrl: z.url({ protocol: /^https?$/ }),
  /** How long a graceful stop waits for the log-outs upstream. */
  logoutTimeoutMs: z.int().min(0).max(60_000).default(2000),
});
export type ProxyOptionsInput = z.input<typeof proxyOptionsSchema>;

export interface SipassProxyDependencies {
  /** @default the clock of this machine */
  readonly clock?: Clock;
  /** Certificate authority as PEM that an HTTPS upstream is checked against. @default those of Node.js */
  readonly ca?: string;
}

export interface SipassProxy extends FaultyServer {
  readonly faults: FaultBox;
  /** How many tokens are let through. */
  readonly sessionCount: () => number;
}

const authentication = /^\/api\/v1\/hr\/authentication\/*$/i;
const portraits = /^\/api\/v1\/cardholders\/images\/*$/i;
/** A login answer is short; a longer one is no login answer. */
const loginReplyBytesMax = 65_536;

/**
 * Starts the proxy. `close` logs its sessions out upstream first; a killed process cannot.
 * @throws ZodError for options that are not valid
 * @throws CodedError `SW_PORT_IN_USE`
 */
export async function startSipassProxy(
  input: ProxyOptionsInput,
  { clock = systemClock, ca }: SipassProxyDependencies = {},
): Promise<SipassProxy> {
  const options = proxyOptionsSchema.parse(input);
  const url = new URL(options.upstreamUrl);
  const agent =
    url.protocol === 'https:'
      ? new TlsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
      : new Agent({ keepAlive: true });
  const upstream: Upstream = { url, agent };
  const sessions = new IssuedSessions();
  const faults = new FaultBox();
  const server = await startFaultyServer({
    name: 'SiPass proxy',
    host: options.host,
    port: options.port,
    adminPort: options.adminPort,
    app: {
      handle: (exchange) => forward(exchange, upstream, sessions),
      errorReply: (status) => ({ body: errorBodyOf(status) }),
    },
    admin: (admin) => {
      admin.get('/truth', async () => ({ upstreamUrl: options.upstreamUrl, sessions: sessions.count }));
    },
    faults,
    onRestart: () => {
      sessions.clear();
    },
    clock,
  });
  const close = async () => {
    await logOutAll(sessions.clear(), upstream, options.logoutTimeoutMs);
    await server.close();
    agent.destroy();
  };
  return { ...server, close, faults, sessionCount: () => sessions.count };
}

async function forward(exchange: Exchange, upstream: Upstream, sessions: IssuedSessions): Promise<void> {
  exchange.route = routeOf(exchange.path);
  const isSession = authentication.test(exchange.path);
  const isLogin = isSession && exchange.method === 'POST';
  const token = text(exchange.request.headers['authorization']);
  // A portrait carries a token of its own in its address.
  if (!isLogin && !portraits.test(exchange.path) && !sessions.has(token)) return refuse(exchange, 908);
  const answer = await sendUpstream(exchange, upstream).catch(() => null);
  if (answer === null) return exchange.response.destroyed ? undefined : refuse(exchange, 902);
  const isFine = answer.statusCode !== undefined && answer.statusCode < 300;
  if (!isLogin || !isFine) {
    if (answer.statusCode === 401 || (isSession && exchange.method === 'DELETE' && isFine)) sessions.forget(token);
    return sendBack(exchange, answer);
  }
  const parts: Buffer[] = [];
  let length = 0;
  // Listens before the answer is passed on, so the token is known before the client can use it.
  answer.once('end', () => {
    if (length > loginReplyBytesMax) return;
    sessions.learn(Buffer.concat(parts).toString('utf8'), text(exchange.request.headers['clientuniqueid']));
  });
  await sendBack(exchange, answer, (part) => {
    length += part.length;
    if (length <= loginReplyBytesMax) parts.push(part);
  });
}

function refuse(exchange: Exchange, code: 902 | 908): void {
  const error = new SipassError(code);
  sendJson(exchange, error.status, error.body);
}

/** Tries once for each session, and gives up together after `timeoutMs`: the stop must not hang on a dead upstream. */
async function logOutAll(issued: readonly IssuedSession[], upstream: Upstream, timeoutMs: number): Promise<void> {
  await Promise.all(issued.map((session) => logOut(session, upstream, timeoutMs)));
}

function logOut({ token, clientId }: IssuedSession, upstream: Upstream, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const headers = { authorization: token, clientuniqueid: clientId, language: 'English' };
    const request = openRequest('DELETE', '/api/V1/hr/Authentication', headers, upstream);
    const give = AbortSignal.timeout(timeoutMs);
    give.addEventListener('abort', () => request.destroy(), { once: true });
    request.once('response', (answer) => answer.resume());
    request.once('error', () => resolve());
    request.once('close', resolve);
    request.end();
  });
}

/** Tokens in a path would make every request a route of its own. */
const routeOf = (path: string) => path.toLowerCase().replace(/\/\d+(?=\/|$)/g, '/{token}');
const text = (value: string | readonly string[] | undefined) => String(value ?? '').trim();

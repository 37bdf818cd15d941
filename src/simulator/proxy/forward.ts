/** Passes one exchange on to the upstream server and streams its answer back, both ways without buffering. */
import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Exchange } from '../exchange.ts';

export interface Upstream {
  /** Base address without a final slash. */
  readonly url: URL;
  readonly agent: Agent;
}

/** Meant for one connection only (RFC 9110, section 7.6.1): never passed on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Sends the request upstream; resolves with the answer's head as soon as it is there.
 * @throws Error when upstream cannot be reached or breaks off before it answers
 */
export function sendUpstream(exchange: Exchange, upstream: Upstream): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { headers } = exchange.request;
    // Node frames the body of some methods by itself and that of others not at all: say it where the client has said it.
    const framing = headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
    const request = openRequest(exchange.method, exchange.url, { ...endToEnd(headers), ...framing }, upstream);
    request.once('response', resolve);
    request.once('error', reject);
    // A client that goes away must not leave its request running upstream.
    exchange.response.once('close', () => request.destroy());
    exchange.request.pipe(request);
  });
}

/** Streams an answer back; `onBody` sees each part as it passes. */
export async function sendBack(
  exchange: Exchange,
  answer: IncomingMessage,
  onBody: (part: Buffer) => void = () => {},
): Promise<void> {
  answer.on('data', onBody);
  exchange.response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  await pipeline(answer, exchange.response);
}

/** Opens a request of the proxy's own, or of a client, to a path of the upstream server. */
export function openRequest(
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  upstream: Upstream,
): ClientRequest {
  const send = upstream.url.protocol === 'https:' ? httpsRequest : httpRequest;
  const base = upstream.url.pathname.replace(/\/+$/, '');
  return send({
    protocol: upstream.url.protocol,
    hostname: upstream.url.hostname.replace(/^\[|\]$/g, ''),
    port: upstream.url.port,
    path: `${base}${path}`,
    method,
    headers: { ...headers, host: upstream.url.host },
    agent: upstream.agent,
  });
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}

/** One request and its answer on the product side of a simulated server, with the few things every handler needs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../core/json.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Path without the query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as sent: what a fault's `match.path` is compared with. */
  readonly url: string;
  /** Name of the route for the counters, for example `/cardholders/{token}`. Set by the handler. @default the path */
  route: string;
}

/** Answers JSON. */
export function sendJson(
  exchange: Exchange,
  status: number,
  body: Json,
  headers: { readonly [name: string]: string } = {},
): void {
  const text = JSON.stringify(body);
  exchange.response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  exchange.response.end(text);
}

/**
 * The whole request body, or null when it is longer than `bytesMax`.
 * @default bytesMax 1 MiB
 */
export async function readBody(exchange: Exchange, bytesMax = 1_048_576): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of exchange.request) {
    // Without setEncoding a request yields Buffers only.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > bytesMax) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** A thin HTTP client for connectors: one pool to one origin, one deadline per request, failures as coded errors. */
import type { IncomingHttpHeaders } from 'node:http';
import { buildConnector, Pool } from 'undici';
import { type Clock, systemClock } from '../../core/clock.ts';
import { readAuthority } from './certificate-authority.ts';
import { withEmptyBodyLength } from './empty-body-length.ts';
import { exchange } from './exchange.ts';
import { onAbort } from './on-abort.ts';
import { transportFailure } from './transport-failure.ts';

export interface HttpClientOptions {
  /** Scheme, host, port and, where all paths share one, the path before them: `https://host:8745/api/V1/hr`. */
  readonly baseUrl: string;
  /**
   * The authority that signed the server's certificate, as PEM text or as a file. It replaces the authorities of the
   * system. A certificate that is not trusted is always refused; there is no way to switch that off.
   */
  readonly tls?: { readonly ca?: string | undefined; readonly caFile?: string | undefined } | undefined;
  /** How long one request may take, from asking for a connection to the last byte of the body. Default 30,000 ms. */
  readonly timeoutMs?: number;
  /** Connections to the origin; further requests wait inside their deadline. Default 4. */
  readonly connections?: number;
  /** Largest body that is read. Default 64 MiB. */
  readonly bodyBytesMax?: number;
  /** Measures latency and deadlines. Default: the clock of the machine. */
  readonly clock?: Clock;
}

interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `baseUrl`, beginning with `/` unless empty. May carry an encoded query of its own. */
  readonly path: string;
  /** Further query parameters; encoded here. */
  readonly query?: { readonly [name: string]: string | number } | undefined;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
  /** Deadline of this request; default that of the client. */
  readonly timeoutMs?: number;
}

/** Whatever the server answered, success or not. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; repeated headers are joined by `, `. */
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
  /** From the request to the last byte, in milliseconds. */
  readonly latencyMs: number;
}

export interface HttpClient {
  /**
   * Sends one request, once: nothing is repeated in here, and redirects are answers like others.
   *
   * @throws CodedError `SW_UNREACHABLE`, `SW_TIMEOUT`, `SW_TLS_UNTRUSTED`, `SW_REPLY_UNEXPECTED` (a body above the bound,
   * or no HTTP at all). When `signal` aborts, its reason is thrown.
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Closes the connections; what is still in flight fails with `SW_UNREACHABLE`. */
  close(): Promise<void>;
}

/**
 * A client for one origin. Opens no connection before the first request. Messages of its errors name the method and the
 * path, never a header or a query.
 *
 * @throws CodedError `SW_CONFIG_UNREADABLE` when `tls.caFile` cannot be read.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { timeoutMs = 30_000, connections = 4, bodyBytesMax = 64 * 1024 * 1024, clock = systemClock } = options;
  const base = new URL(options.baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  const ca = options.tls?.ca ?? readAuthority(options.tls?.caFile);
  const pool = new Pool(base.origin, {
    connections,
    connect: withEmptyBodyLength(
      buildConnector({ timeout: timeoutMs, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }),
    ),
    // The deadline below covers the whole exchange; two more limits with rounded timers would only blur it.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: bodyBytesMax,
  });

  return {
    async request(request) {
      request.signal.throwIfAborted();
      const startedAt = clock.monotonic();
      const path = `${basePath}${request.path}`;
      const allowedMs = request.timeoutMs ?? timeoutMs;
      let timedOutAfterMs: number | null = null;
      const underWay = exchange(pool, {
        method: request.method,
        path: withQuery(path === '' ? '/' : path, request.query),
        headers: { ...request.headers },
        body: request.body ?? null,
      });
      const cancel = clock.schedule(allowedMs, () => {
        timedOutAfterMs = allowedMs;
        underWay.abort(new Error('the deadline has passed'));
      });
      const unwatch = onAbort(request.signal, () => underWay.abort(new Error('the caller has given up')));
      try {
        const { status, headers, text } = await underWay.answer;
        return { status, headers: flatten(headers), text, latencyMs: clock.monotonic() - startedAt };
      } catch (thrown) {
        if (request.signal.aborted) throw request.signal.reason;
        const doing = `${request.method} ${base.origin}${path.split('?', 1)[0]}`;
        throw transportFailure(thrown, { doing, timedOutAfterMs, bodyBytesMax });
      } finally {
        cancel();
        unwatch();
      }
    },
    close: () => pool.destroy(),
  };
}

function withQuery(path: string, query: HttpRequest['query']): string {
  if (query === undefined) return path;
  // Blanks become %20, not +: servers agree on the first only.
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    flat[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return flat;
}

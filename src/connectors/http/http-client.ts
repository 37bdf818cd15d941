/** A thin HTTP client for connectors: one pool to one origin, one deadline per request, failures as coded errors. */
import { buildConnector, Pool } from 'undici';
import { type Clock, systemClock } from '../../core/clock.ts';
import { readAuthority } from './certificate-authority.ts';
import { withEmptyBodyLength } from './empty-body-length.ts';
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
      const deadline = openDeadline(clock, request.timeoutMs ?? timeoutMs, request.signal);
      try {
        const answer = await pool.request({
          method: request.method,
          path: withQuery(path === '' ? '/' : path, request.query),
          headers: { ...request.headers },
          body: request.body ?? null,
          signal: deadline.signal,
        });
        const text = await answer.body.text();
        const latencyMs = clock.monotonic() - startedAt;
        return { status: answer.statusCode, headers: flatten(answer.headers), text, latencyMs };
      } catch (thrown) {
        if (request.signal.aborted) throw request.signal.reason;
        throw transportFailure(thrown, {
          doing: `${request.method} ${base.origin}${path.split('?', 1)[0]}`,
          timedOutAfterMs: deadline.passed() ? (request.timeoutMs ?? timeoutMs) : null,
          bodyBytesMax,
        });
      } finally {
        deadline.close();
      }
    },
    close: () => pool.destroy(),
  };
}

/** A signal that aborts when time is up or when the caller's signal does. */
function openDeadline(clock: Clock, timeoutMs: number, outer: AbortSignal) {
  const controller = new AbortController();
  let passed = false;
  const cancel = clock.schedule(timeoutMs, () => {
    passed = true;
    controller.abort();
  });
  const unwatch = onAbort(outer, () => controller.abort());
  return {
    signal: controller.signal,
    passed: () => passed,
    close: () => {
      cancel();
      unwatch();
    },
  };
}

function withQuery(path: string, query: HttpRequest['query']): string {
  const pairs = Object.entries(query ?? {});
  if (pairs.length === 0) return path;
  // Blanks become %20, not +: servers agree on the first only.
  const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

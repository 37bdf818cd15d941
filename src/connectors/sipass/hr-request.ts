/** One request to the HR API: the headers that every call carries, and the path below the API's root. */

import type { Clock } from '../../core/clock.ts';
import { createHttpClient, type HttpAnswer } from '../http/http-client.ts';
import type { SipassSettings } from './options.ts';

interface HrRequestOptions {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/V1/hr`. */
  readonly path: string;
  readonly query?: { readonly [name: string]: string | number };
  readonly body?: string;
  /** Session token; none for the login. */
  readonly token?: string;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/** Sends one request once; answers of any status are returned, transport failures thrown. */
export type HrRequest = (request: HrRequestOptions) => Promise<HttpAnswer>;

/** The sender, and what closes its connections. */
export function createHrRequest(settings: SipassSettings, clock: Clock): { send: HrRequest; close(): Promise<void> } {
  const http = createHttpClient({
    baseUrl: `${settings.url}/api/V1/hr`,
    tls: { caFile: settings.caFile },
    timeoutMs: settings.timeoutMs,
    connections: settings.concurrency,
    clock,
  });
  const headers = {
    'content-type': 'application/json',
    language: settings.language,
    clientUniqueId: settings.clientUniqueId,
  };
  return {
    // The token goes as it is, without a word such as "Bearer" before it.
    send: ({ token, ...request }) =>
      http.request({ ...request, headers: token === undefined ? headers : { ...headers, authorization: token } }),
    close: () => http.close(),
  };
}

/** One request to the HR API: the headers that every call carries, the path below the API's root, and its turn. */

import type { Clock } from '../../core/clock.ts';
import { createAdaptiveGate, type LimitChange } from '../http/adaptive-gate.ts';
import { createHttpClient, type HttpAnswer } from '../http/http-client.ts';
import type { SipassSettings } from './options.ts';

interface HrRequestOptions {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the root. */
  readonly path: string;
  /** Default `/api/V1/hr`, the root of the HR API. */
  readonly root?: string | undefined;
  readonly query?: { readonly [name: string]: string | number };
  readonly body?: string;
  /** Session token; none for the login. */
  readonly token?: string;
  readonly signal: AbortSignal;
  /** Goes before the requests that wait for their turn already. */
  readonly ahead?: boolean;
}

/** Sends one request once, in its turn; answers of any status are returned, transport failures thrown. */
export type HrRequest = (request: HrRequestOptions) => Promise<HttpAnswer>;

/** The sender, and what closes its connections. */
export function createHrRequest(
  settings: SipassSettings,
  clock: Clock,
  onLimit?: (change: LimitChange) => void,
): { send: HrRequest; close(): Promise<void> } {
  const http = createHttpClient({
    baseUrl: settings.url,
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
  const { concurrency: max, retryAfterMsMax } = settings;
  const gate = createAdaptiveGate({ max, retryAfterMsMax, clock, onLimit });
  return {
    send: ({ token, ahead = false, root = '/api/V1/hr', ...request }) =>
      gate.send({ method: request.method, path: request.path, signal: request.signal, ahead }, () =>
        // The token goes as it is, without a word such as "Bearer" before it.
        http.request({
          ...request,
          path: `${root}${request.path}`,
          headers: token === undefined ? headers : { ...headers, authorization: token },
        }),
      ),
    close: async () => {
      await http.close();
      gate.close();
    },
  };
}

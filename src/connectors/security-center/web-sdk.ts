/** One connection to a Web-based SDK role: credentials, formats, time limits, and the bound on requests in flight. */
import type { Clock } from '../../core/clock.ts';
import { createHttpClient } from '../http/http-client.ts';
import { httpFailure } from './failure.ts';
import { createGate } from './gate.ts';
import type { SecurityCenterSettings } from './options.ts';
import { parseReply, type Reply } from './reply.ts';

export interface WebSdkRequest {
  readonly verb: 'GET' | 'POST' | 'DELETE';
  /** Below the base URI; empty for the base URI itself. */
  readonly path: string;
  /** Encoded value of `q`. */
  readonly query?: string;
  /** What is being done, for the message of an error. */
  readonly doing: string;
  /** Whether one entity is to be written: what is refused then, is refused for that entity only. */
  readonly write?: boolean;
  readonly signal: AbortSignal;
}

export interface WebSdk {
  /** The reply, also one whose status is `fail`; transport and HTTP failures are thrown as coded errors. */
  call(request: WebSdkRequest): Promise<Reply & { readonly latencyMs: number }>;
  close(): Promise<void>;
}

/** The role ends a session that was idle for five minutes; a little earlier the next call counts as its first. */
const sessionIdleMs = 285_000;

/** Largest reply that is read: ten thousand rows with names stay well below. */
const replyBytesMax = 32 * 1024 * 1024;

/**
 * Opens nothing yet: the first call does.
 * @throws CodedError `SW_CONFIG_UNREADABLE` when `caFile` cannot be read.
 */
export function createWebSdk(settings: SecurityCenterSettings, clock: Clock): WebSdk {
  const user = `${settings.username};${settings.applicationId}`;
  const headers = {
    // Without this header the role answers in its legacy XML.
    accept: 'text/json',
    authorization: `Basic ${Buffer.from(`${user}:${settings.password}`, 'utf8').toString('base64')}`,
  };
  const http = createHttpClient({
    baseUrl: settings.url,
    tls: { caFile: settings.caFile },
    timeoutMs: settings.timeoutMs,
    connections: settings.concurrency,
    bodyBytesMax: replyBytesMax,
    clock,
  });
  const gate = createGate(settings.concurrency);
  let lastAnswerAt: number | null = null;

  const timeoutNow = () => {
    const idleMs = lastAnswerAt === null ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - lastAnswerAt);
    return idleMs > sessionIdleMs ? Math.max(settings.firstCallTimeoutMs, settings.timeoutMs) : settings.timeoutMs;
  };

  return {
    call: ({ verb, path, query, doing, write = false, signal }) =>
      gate.run(signal, async () => {
        const answer = await http.request({
          method: verb,
          path: query === undefined ? path : `${path}?q=${query}`,
          headers,
          signal,
          timeoutMs: timeoutNow(),
        });
        if (answer.status < 200 || answer.status > 299) throw httpFailure(answer.status, answer.text, doing, write);
        lastAnswerAt = clock.now();
        return { ...parseReply(answer.text, doing), latencyMs: answer.latencyMs };
      }),
    close: () => http.close(),
  };
}

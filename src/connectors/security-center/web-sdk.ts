/** One connection to a Web-based SDK role: credentials, formats, time limits, and the turn of each request. */
import type { Clock } from '../../core/clock.ts';
import { createAdaptiveGate, type LimitChange } from '../http/adaptive-gate.ts';
import { createHttpClient, type HttpAnswer } from '../http/http-client.ts';
import { httpFailure } from './failure.ts';
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
  /** Goes before the requests that wait for their turn already. */
  readonly ahead?: boolean;
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
export function createWebSdk(
  settings: SecurityCenterSettings,
  clock: Clock,
  onLimit?: (change: LimitChange) => void,
): WebSdk {
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
  const { concurrency: max, retryAfterMsMax } = settings;
  const gate = createAdaptiveGate({ max, retryAfterMsMax, clock, onLimit });
  let lastAnswerAt: number | null = null;

  const timeoutNow = () => {
    const idleMs = lastAnswerAt === null ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - lastAnswerAt);
    return idleMs > sessionIdleMs ? Math.max(settings.firstCallTimeoutMs, settings.timeoutMs) : settings.timeoutMs;
  };

  return {
    async call({ verb, path, query, doing, write = false, ahead = false, signal }) {
      const answer = await gate.send({ method: verb, path, signal, ahead }, async () => {
        const request = { method: verb, path: query === undefined ? path : `${path}?q=${query}`, headers, signal };
        const answered = await http.request({ ...request, timeoutMs: timeoutNow() });
        // Before the next one is let in: its deadline depends on it.
        if (isSuccess(answered)) lastAnswerAt = clock.now();
        return answered;
      });
      if (!isSuccess(answer)) throw httpFailure(answer.status, answer.text, doing, write);
      return { ...parseReply(answer.text, doing), latencyMs: answer.latencyMs };
    },
    close: async () => {
      await http.close();
      gate.close();
    },
  };
}

const isSuccess = ({ status }: HttpAnswer) => status >= 200 && status <= 299;

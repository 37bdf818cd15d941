/** A remedy that asks somebody else's HTTP endpoint to do it, and can ask whether it was done. */
import { request } from 'undici';
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';
import type { Remedy, RemedyUse } from './remedy.ts';

export const webhookOptionsSchema = z.strictObject({
  kind: z.literal('webhook'),
  /** Receives a POST with the integration, the rung and the keys as JSON, and answers 2xx when it is done. */
  url: z.url({ protocol: /^https?$/ }),
  /** Answers GET with `{ "startedAt": <epoch ms> }` of the component: what tells whether a restart has happened. */
  statusUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Sent as a bearer token. */
  token: z.string().optional(),
  timeoutMs: z.number().int().min(100).max(3_600_000).default(60_000),
});
export type WebhookOptions = z.infer<typeof webhookOptionsSchema>;

const statusSchema = z.looseObject({ startedAt: z.number() });
/** Longest answer that is read; more is cut off. */
const answerBytesMax = 64 * 1024;

export function createWebhookRemedy(options: WebhookOptions): Remedy {
  const headers = {
    'content-type': 'application/json',
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
  };
  return {
    async act(use) {
      const { statusCode, text } = await call(options.url, 'POST', use, options.timeoutMs, headers, bodyOf(use));
      if (statusCode >= 200 && statusCode < 300) return `The endpoint answered ${statusCode}.`;
      throw failed(options.url, `status ${statusCode}: ${text.slice(0, 200)}`);
    },
    async wasDone(use) {
      if (options.statusUrl === undefined) return null;
      const { statusCode, text } = await call(options.statusUrl, 'GET', use, options.timeoutMs, headers);
      const status = statusCode === 200 ? statusSchema.safeParse(parseJson(text)) : null;
      return status?.success ? status.data.startedAt >= use.startedAt : null;
    },
  };
}

function bodyOf({ integration, rung, idempotencyKey, fencingToken }: RemedyUse): string {
  return JSON.stringify({ integration, rung, idempotencyKey, fencingToken });
}

async function call(
  url: string,
  method: 'GET' | 'POST',
  use: RemedyUse,
  timeoutMs: number,
  headers: Record<string, string>,
  body?: string,
): Promise<{ statusCode: number; text: string }> {
  const signal = AbortSignal.any([use.signal, AbortSignal.timeout(timeoutMs)]);
  const all = { ...headers, 'idempotency-key': use.idempotencyKey };
  try {
    const answer = await request(url, { method, headers: all, signal, ...(body === undefined ? {} : { body }) });
    const text = await answer.body.text();
    return { statusCode: answer.statusCode, text: text.slice(0, answerBytesMax) };
  } catch (cause) {
    throw failed(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(url: string, found: string, cause?: unknown): CodedError {
  return new CodedError('SW_REMEDY_FAILED', {
    doing: `calling the remedy endpoint ${new URL(url).origin}`,
    expected: 'an answer of 2xx',
    found,
    todo: 'Check the endpoint and its log',
    cause,
  });
}

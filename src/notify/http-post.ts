/** One POST to a receiver, and what its status means for a message. */
import { Agent, request } from 'undici';
import { readAuthority } from '../connectors/http/certificate-authority.ts';
import { retryAfterMs } from '../connectors/http/retry-after.ts';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { openDeadline } from './deadline.ts';
import { deliveryFailure } from './failure.ts';
import type { Sent } from './sender.ts';

/** How much of an answer is read for the error that quotes it. */
const answerBytesMax = 4 * 1024;

export interface Post {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * A function that posts JSON to one address. Errors name the host alone: the path may be a secret.
 *
 * @throws CodedError SW_CONFIG_UNREADABLE when `caFile` cannot be read
 */
export function createPost(
  options: { readonly url: string; readonly caFile?: string | undefined; readonly timeoutMs: number },
  clock: Clock,
): (post: Post) => Promise<Sent> {
  const { url, timeoutMs } = options;
  const ca = readAuthority(options.caFile);
  // Messages are rare: no connection is kept open for the next one.
  const dispatcher = new Agent({ pipelining: 0, connect: { ...(ca === undefined ? {} : { ca }) } });
  const doing = `POST ${new URL(url).origin}`;
  return async ({ headers, body, signal }) => {
    const deadline = openDeadline(clock, timeoutMs, signal);
    try {
      const all = { 'content-type': 'application/json', ...headers };
      const answer = await request(url, { method: 'POST', headers: all, body, dispatcher, signal: deadline.signal });
      const status = answer.statusCode;
      const text = await readStart(answer.body);
      if (status >= 200 && status < 300) return { kind: 'sent' };
      const error = refusal(doing, status, text);
      const retryAfter = status === 429 || status === 503 ? answer.headers['retry-after'] : undefined;
      const wish = retryAfterMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, clock.now());
      if (wish === null) throw error;
      return { kind: 'not-yet', retryAfterMs: wish, reason: { code: error.code, message: error.message } };
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      throw deliveryFailure(thrown, doing, deadline.passedAfterMs());
    } finally {
      deadline.close();
    }
  };
}

async function readStart(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= answerBytesMax) break; // leaving the loop destroys the rest
  }
  return Buffer.concat(parts).toString('utf8').slice(0, 200);
}

/** Statuses by which a receiver refuses this one message, and would refuse it again. */
const refused = new Set([400, 405, 406, 409, 410, 411, 413, 414, 415, 422]);

function refusal(doing: string, status: number, text: string): CodedError {
  const found = `status ${status}${text === '' ? '' : `: ${text}`}`;
  const parts = { doing, expected: 'an answer of 2xx', found };
  if (status === 401 || status === 403)
    return new CodedError('SW_UNAUTHORISED', { ...parts, todo: 'Check the key or token of the channel' });
  if (refused.has(status)) return new CodedError('SW_REFUSED', { ...parts, todo: 'Check what the receiver expects' });
  if (status < 500 && status !== 408 && status !== 425 && status !== 429)
    return new CodedError('SW_REPLY_UNEXPECTED', { ...parts, todo: 'Check the address; redirects are not followed' });
  return new CodedError('SW_SERVER_FAILED', { ...parts, todo: 'Check the receiver and its log' });
}

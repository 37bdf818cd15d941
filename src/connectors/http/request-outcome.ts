/** What the end of a request says about the load of the server. */
import { CodedError } from '../../core/errors.ts';
import type { Outcome } from './concurrency-rule.ts';
import type { HttpAnswer } from './http-client.ts';
import { retryAfterMs } from './retry-after.ts';

export interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  readonly answer: HttpAnswer;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Longest silence that a server is granted, milliseconds. */
  readonly retryAfterMsMax: number;
}

/** Of an answer. Only a success tells a latency: a refusal is often quicker than any work. */
export function answerOutcome({ method, path, answer, nowMs, retryAfterMsMax }: AnsweredRequest): Outcome {
  const { status, headers, latencyMs } = answer;
  if (status >= 200 && status <= 299) return { kind: 'ok', work: kindOfWork(method, path), latencyMs };
  if (status !== 429 && status !== 503) return { kind: 'failed' };
  const asked = retryAfterMs(headers['retry-after'], nowMs);
  return { kind: 'overloaded', sign: status, pauseMs: asked === null ? null : Math.min(asked, retryAfterMsMax) };
}

/** Of no answer. A caller who gave up says nothing about the server, whatever the reason is called. */
export function failureOutcome(thrown: unknown, signal: AbortSignal): Outcome {
  const timedOut = thrown instanceof CodedError && thrown.code === 'SW_TIMEOUT' && !signal.aborted;
  return timedOut ? { kind: 'overloaded', sign: 'timeout', pauseMs: null } : { kind: 'failed' };
}

/** Method and first member of the path, and whether more follows: of these there are few, however many ids there are. */
function kindOfWork(method: string, path: string): string {
  const [plain = ''] = path.split('?', 1);
  const more = plain.indexOf('/', 1);
  return more < 0 ? `${method} ${plain}` : `${method} ${plain.slice(0, more)}/*`;
}

/** What goes wrong on the way to a receiver, as coded errors that never show a secret. */
import { transportFailure } from '../connectors/http/transport-failure.ts';
import { CodedError } from '../core/errors.ts';

/** The connection was there and broke: what was sent may have arrived. */
const cut = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The coded error for what a socket, a client or a deadline threw. `timedOutAfterMs` when time was up. */
export function deliveryFailure(thrown: unknown, doing: string, timedOutAfterMs: number | null): CodedError {
  if (thrown instanceof CodedError) return thrown;
  const code = codeOf(thrown);
  if (timedOutAfterMs === null && cut.has(code))
    return new CodedError('SW_SESSION_LOST', {
      doing,
      expected: 'an answer',
      found: `${code}: the connection was cut`,
      todo: 'Check the receiver and what lies between, such as a firewall',
      cause: thrown,
    });
  return transportFailure(thrown, { doing, timedOutAfterMs, bodyBytesMax: 0 });
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** The same error with every secret struck out; without its cause, which may quote anything. */
export function withoutSecrets(error: CodedError, secrets: readonly string[]): CodedError {
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length);
  const message = longestFirst.reduce((text, secret) => text.replaceAll(secret, '***'), error.message);
  return CodedError.revive(error.code, message);
}

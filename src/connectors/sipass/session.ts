/**
 * The one session of a SiPass source.
 *
 * Sessions are counted and may be limited to one per operator, so there is never a second one: callers who need a token
 * at the same time share one login, the session is kept alive between calls, and it is logged out on close. Its own
 * requests go before the reads that wait for their turn, because those depend on it.
 */
import type { Clock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { onAbort } from '../http/on-abort.ts';
import { isFailure, replyFailure, tokenMissing } from './failure.ts';
import type { HrRequest } from './hr-request.ts';
import { parseLogin, parseSessionTimeout } from './login-reply.ts';
import type { SipassSettings } from './options.ts';

export interface Session {
  /**
   * The token of the living session; logs in if there is none.
   *
   * @throws CodedError `SW_UNAUTHORISED`, `SW_SESSION_BUSY`, `SW_LICENCE`, `SW_SERVER_FAILED`, and those of the transport;
   * the signal's reason when it aborts.
   */
  token(signal: AbortSignal): Promise<string>;
  /** Says that a call with this token was refused; the next caller logs in. A newer session is left alone. */
  lost(token: string): void;
  /** Logs out. Never throws: a session that cannot be ended dies of idleness. */
  close(): Promise<void>;
}

/** Longest time between two renewals. */
const renewAfterMsMax = 30_000;

/** How long the farewell may take, milliseconds. */
const logoutTimeoutMs = 5_000;

/** A session that begins with the first {@link Session.token}. */
export function createSession(send: HrRequest, settings: SipassSettings, clock: Clock): Session {
  let current: string | null = null;
  let loggingIn: Promise<string> | null = null;
  let cancelRenewal = () => {};
  let refusal: { readonly error: CodedError; readonly atMs: number } | null = null;
  const closing = new AbortController();

  /** Drops the session without a word to the server, if `token` is still the current one. */
  const drop = (token: string) => {
    if (current !== token) return;
    current = null;
    cancelRenewal();
  };

  const renewLater = (token: string, afterMs: number) => {
    cancelRenewal = clock.schedule(afterMs, () => void renew(token, afterMs));
  };

  const renew = async (token: string, afterMs: number) => {
    try {
      const request = { method: 'GET', path: '/Authentication', token, signal: closing.signal, ahead: true } as const;
      const answer = await send(request);
      const failed = isFailure(answer.status, answer.text);
      if (failed && replyFailure(answer.status, answer.text, 'renewing the session').code === 'SW_SESSION_LOST')
        drop(token);
    } catch {
      // The network is away for a moment, or we close. Whoever needs the session next will find out.
    }
    if (current === token && !closing.signal.aborted) renewLater(token, afterMs);
  };

  const logIn = async (): Promise<string> => {
    const token = await requestToken(send, settings, closing.signal);
    current = token;
    const timeoutMs = await requestTimeout(send, token, closing.signal);
    if (current === token && !closing.signal.aborted) renewLater(token, Math.min(timeoutMs / 3, renewAfterMsMax));
    return token;
  };

  return {
    async token(signal) {
      signal.throwIfAborted();
      if (closing.signal.aborted) throw closed();
      if (loggingIn !== null) return untilAborted(loggingIn, signal);
      if (current !== null) return current;
      if (refusal !== null && clock.monotonic() - refusal.atMs < settings.refusedPauseMs) throw refusal.error;
      refusal = null;
      loggingIn = logIn()
        .catch((error: unknown) => {
          if (error instanceof CodedError && error.code === 'SW_UNAUTHORISED')
            refusal = { error, atMs: clock.monotonic() };
          throw error;
        })
        .finally(() => {
          loggingIn = null;
        });
      return untilAborted(loggingIn, signal);
    },
    lost: drop,
    async close() {
      if (closing.signal.aborted) return;
      // A login that is under way may open a session at any moment: wait for it, or the session would be left behind.
      await loggingIn?.catch(() => {});
      closing.abort(closed());
      cancelRenewal();
      const token = current;
      current = null;
      if (token === null) return;
      await logOut(send, token, clock);
    },
  };
}

/** Says farewell within {@link logoutTimeoutMs}, the wait for its turn included. */
async function logOut(send: HrRequest, token: string, clock: Clock): Promise<void> {
  const late = new AbortController();
  const cancel = clock.schedule(logoutTimeoutMs, () => late.abort());
  const { signal } = late;
  await send({ method: 'DELETE', path: '/Authentication', token, signal, ahead: true }).catch(() => {});
  cancel();
}

async function requestToken(send: HrRequest, settings: SipassSettings, signal: AbortSignal): Promise<string> {
  const doing = `logging in to SiPass as ${settings.username}`;
  const body = JSON.stringify({ Username: settings.username, Password: settings.password });
  const { status, text } = await send({ method: 'POST', path: '/Authentication', body, signal, ahead: true });
  if (isFailure(status, text)) throw replyFailure(status, text, doing, true);
  const token = parseLogin(text, doing);
  if (token === null) throw tokenMissing(status, doing);
  return token;
}

async function requestTimeout(send: HrRequest, token: string, signal: AbortSignal): Promise<number> {
  try {
    const request = { method: 'GET', path: '/Authentication/sessiontimeout', token, signal, ahead: true } as const;
    const { status, text } = await send(request);
    return parseSessionTimeout(status, text);
  } catch {
    return parseSessionTimeout(0, ''); // the login has succeeded; not knowing its length is no reason to lose it
  }
}

/** The result, unless the signal aborts first; the work itself goes on for the others who wait for it. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const unwatch = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(unwatch);
  });
}

function closed(): CodedError {
  return new CodedError('SW_SESSION_LOST', {
    doing: 'using the session with SiPass',
    expected: 'an open source',
    found: 'one that is closed',
    todo: 'Open the source again',
  });
}

/** Reads of the HR API: over the one session, parsed, with one new login where the session died. */
import type { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { SystemReport } from '../connector.ts';
import type { LimitChange } from '../http/adaptive-gate.ts';
import type { HttpAnswer } from '../http/http-client.ts';
import { parseJsonReply } from '../http/json-reply.ts';
import { isFailure, replyFailure } from './failure.ts';
import { createHrRequest } from './hr-request.ts';
import type { SipassSettings } from './options.ts';
import { createSession } from './session.ts';

export interface HrRead<T extends z.ZodType> {
  /** Below the root. */
  readonly path: string;
  /** Default `/api/V1/hr`, the root of the HR API. */
  readonly root?: string;
  /** Status by which the server says that there is no such thing. Default 404. */
  readonly absent?: number;
  readonly query?: { readonly [name: string]: string | number };
  readonly schema: T;
  /** What is being done, for the message of an error. */
  readonly doing: string;
  readonly signal: AbortSignal;
}

/** A GET whose answer is not parsed yet. */
interface HrGet extends Omit<HrRead<z.ZodType>, 'schema'> {
  /** Goes before the reads that wait for their turn already. */
  readonly ahead?: boolean;
}

export interface HrApi {
  /** The parsed answer; null for one whose status says that there is no such thing. */
  read<T extends z.ZodType>(read: HrRead<T>): Promise<z.output<T> | null>;
  /** Renews the session, or logs in. */
  probe(signal: AbortSignal): Promise<SystemReport>;
  /** Logs out and closes the connections. */
  close(): Promise<void>;
}

/** Opens nothing yet: the first call logs in. */
export function createHrApi(settings: SipassSettings, clock: Clock, onLimit?: (change: LimitChange) => void): HrApi {
  const { send, close } = createHrRequest(settings, clock, onLimit);
  const session = createSession(send, settings, clock);

  /** A GET that ended a session is repeated once in a new one: reading twice does no harm. */
  const get = async ({ doing, absent = 404, ...request }: HrGet, repeated = false): Promise<HttpAnswer> => {
    const token = await session.token(request.signal);
    const answer = await send({ method: 'GET', token, ...request });
    if (answer.status === absent || !isFailure(answer.status, answer.text)) return answer;
    const failure = replyFailure(answer.status, answer.text, doing);
    if (failure.code !== 'SW_SESSION_LOST') throw failure;
    session.lost(token);
    if (repeated) throw failure;
    return get({ doing, absent, ...request }, true);
  };

  return {
    async read({ schema, ...read }) {
      const { status, text } = await get(read);
      return status === (read.absent ?? 404) ? null : parseJsonReply(text, schema, read.doing);
    },
    async probe(signal) {
      const doing = 'asking SiPass whether it is well';
      const answer = await get({ path: '/Authentication', doing, signal, ahead: true });
      if (answer.status === 404) throw replyFailure(answer.status, answer.text, doing);
      return { product: 'SiPass integrated', version: versionOf(answer), latencyMs: answer.latencyMs };
    },
    async close() {
      await session.close();
      await close();
    },
  };
}

/**
 * The version from the `Server` header, as `SiPass-integrated/2.90.3.8`. An assumption: no document at hand names a call
 * that tells the version; a server that does not send it this way has none to tell.
 */
function versionOf(answer: HttpAnswer): string | null {
  return /\bSiPass-integrated\/([\w.-]+)/i.exec(answer.headers['server'] ?? '')?.[1] ?? null;
}

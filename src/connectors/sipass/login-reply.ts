/** What the authentication resource of SiPass answers. */
import { z } from 'zod';
import { parseJsonReply } from '../http/json-reply.ts';

const loginSchema = z.looseObject({ Token: z.string().nullish() });

/** How long an idle session is taken to live where the server does not say; the fallback of a client in production. */
const sessionTimeoutFallbackMs = 360_000;

/**
 * The session token; null when the answer brings none.
 *
 * @throws CodedError `SW_REPLY_UNEXPECTED` when the answer is no object at all.
 */
export function parseLogin(text: string, doing: string): string | null {
  return parseJsonReply(text, loginSchema, doing).Token || null;
}

/** Idle time after which a session ends, in milliseconds. The server answers a bare number of seconds. */
export function parseSessionTimeout(status: number, text: string): number {
  const seconds = /^\uFEFF?\s*"?(\d{1,6})"?\s*$/.exec(text)?.[1];
  return status === 200 && Number(seconds) > 0 ? Number(seconds) * 1_000 : sessionTimeoutFallbackMs;
}

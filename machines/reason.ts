/** Reasons made from what executors reject with, and the one kind of reason that waiting and restarting never heal. */
import type { Reason } from './events.ts';

/** The error of a failed effect as a reason: executors reject with plain `{ code, message }`. */
export function reasonOf(error: unknown): Reason {
  const data = error as Partial<Reason> | null | undefined; // read member by member, each checked below
  return {
    code: typeof data?.code === 'string' ? data.code : 'unknown',
    message: typeof data?.message === 'string' ? data.message : 'It failed without a message.',
  };
}

/** Codes with which a side that is reachable refuses us, and the word for it. */
export const refusals: { readonly [code: string]: string } = {
  SW_UNAUTHORISED: 'unauthorised',
  SW_LICENCE: 'licence',
  SW_SESSION_BUSY: 'session-busy',
  SW_TLS_UNTRUSTED: 'untrusted',
  SW_INCOMPATIBLE: 'incompatible',
};

const refusalWords = new Set(Object.values(refusals));

/** True for a reason that is a refusal, by its code or by its word. */
export function isRefusal(reason: Reason | null): boolean {
  return reason !== null && (reason.code in refusals || refusalWords.has(reason.code));
}

/** How results and refusals are put into an answer: modern JSON for those who ask for it, else legacy XML. */
import type { Json } from '../../core/json.ts';
import { legacyXml } from './legacy-xml.ts';
import type { Outcome } from './outcome.ts';

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
}

export interface EnvelopeOptions {
  readonly errorPlace: 'result' | 'rsp';
  readonly bom: boolean;
}

/** An answer outside of any envelope, as the platform's HTTP server gives it. */
export function plainAnswer(status: number, text: string, type = 'text/plain'): Answer {
  return { status, headers: { 'content-type': type }, text };
}

/** An answer in the format of the `Accept` header. */
export function enveloped(
  accept: string | undefined,
  httpStatus: number,
  outcome: Outcome,
  { errorPlace, bom }: EnvelopeOptions,
): Answer {
  if (!/text\/json/i.test(accept ?? '')) return plainAnswer(httpStatus, legacyXml(outcome), 'text/xml; charset=utf-8');
  const text = JSON.stringify(modernJson(outcome, errorPlace));
  return plainAnswer(httpStatus, bom ? `\ufeff${text}` : text, 'text/json; charset=utf-8');
}

/** The modern envelope. */
export function modernJson(outcome: Outcome, errorPlace: 'result' | 'rsp'): Json {
  if (outcome.status !== 'Fail') return { Rsp: { Status: outcome.status, Result: outcome.result } };
  const error = { SdkErrorCode: outcome.refusal.code, Message: outcome.refusal.message };
  return errorPlace === 'rsp'
    ? { Rsp: { Status: 'Fail', ...error, Result: null } }
    : { Rsp: { Status: 'Fail', Result: error } };
}

/** Turns what SiPass answers when it does not want to into coded errors. */
import { z } from 'zod';
import { CodedError, type ErrorCode } from '../../core/errors.ts';
import { quoteReply } from '../http/json-reply.ts';

/** The error body. That its codes are those below is likely, not documented. */
const errorBodySchema = z.looseObject({ ErrorCode: z.coerce.number().int(), Message: z.string().nullish() });

interface Meaning {
  readonly code: ErrorCode;
  readonly expected: string;
  readonly todo: string;
}

const service: Meaning = {
  code: 'SW_SERVER_FAILED',
  expected: 'an answer',
  todo: 'Look at the SiPass services and their database on the server; it is tried again',
};
const session: Meaning = {
  code: 'SW_SESSION_LOST',
  expected: 'a living session',
  todo: 'Check that no other client logs this operator out; it is tried again',
};
const credentials: Meaning = {
  code: 'SW_UNAUTHORISED',
  expected: 'accepted credentials',
  todo: 'Check username and password of the operator in the configuration and in SiPass; they are not offered again at once, because failed attempts can lock the operator out',
};
const privilege: Meaning = {
  code: 'SW_UNAUTHORISED',
  expected: 'an operator who may read this',
  todo: 'Give the operator the privilege to view it in SiPass, and a time schedule of "Always"',
};

/** Login and connection codes of a SiPass server (Siemens, OPC DA specification for SiPass, V5.1). */
const meanings: { readonly [errorCode: number]: Meaning } = {
  204: service,
  900: privilege,
  902: service,
  903: service,
  905: privilege,
  908: session,
  910: {
    code: 'SW_SESSION_BUSY',
    expected: 'an operator who is not logged in yet',
    todo: 'Use an operator of its own for this integration; a session that was left behind ends by itself after its idle time',
  },
  911: credentials,
  912: {
    code: 'SW_LICENCE',
    expected: 'a free HR API licence',
    todo: 'Close another client of the HR API, or extend the licence of SiPass',
  },
};

/** Whether an answer reports a failure: by its status, or by an error body behind a success. */
export function isFailure(status: number, text: string): boolean {
  return status < 200 || status > 299 || errorBody(text) !== null;
}

/** The coded error for an answer of which {@link isFailure} is true. `login` tells the meaning of a plain 401. */
export function replyFailure(status: number, text: string, doing: string, login = false): CodedError {
  const body = errorBody(text);
  const { code, expected, todo } = meanings[body?.ErrorCode ?? 0] ?? meaningOfStatus(status, login);
  const said = body === null ? quoteReply(text) : `ErrorCode ${body.ErrorCode}, ${quoteReply(body.Message ?? '')}`;
  return new CodedError(code, { doing, expected, found: `HTTP ${status} (${said})`, todo });
}

/** The error for a login that succeeds by its status but brings no token: how a wrong password was seen to be told. */
export function tokenMissing(status: number, doing: string): CodedError {
  const { code, expected, todo } = credentials;
  return new CodedError(code, { doing, expected, found: `HTTP ${status} without a token`, todo });
}

function meaningOfStatus(status: number, login: boolean): Meaning {
  if (status === 401) return login ? credentials : session;
  if (status === 403) return privilege;
  if (status === 429 || status >= 500) return service;
  const todo = 'Check that url leads to the HR API of SiPass, and the profile of the server';
  return { code: 'SW_REPLY_UNEXPECTED', expected: 'the HR API at this address', todo };
}

function errorBody(text: string): z.output<typeof errorBodySchema> | null {
  // An error body is short; a long list is not parsed twice.
  if (text.length > 4_000 || !text.includes('"ErrorCode"')) return null;
  try {
    const body = errorBodySchema.safeParse(JSON.parse(text.replace(/^\uFEFF/, '')));
    return body.success && body.data.ErrorCode !== 0 ? body.data : null;
  } catch {
    return null;
  }
}

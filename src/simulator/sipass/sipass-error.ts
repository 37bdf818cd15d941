/** The refusals of the HR API: numeric codes with a message, and the HTTP status under which each one is sent. */
import type { JsonObject } from '../../core/json.ts';

/**
 * Codes that Siemens lists for the connection to a SiPass server (Desigo CC, OPC DA specifications). That they are the
 * `ErrorCode` of the REST body, and under which HTTP status, is assumed.
 */
const meanings = {
  900: { status: 401, text: 'Unauthorised' },
  902: { status: 503, text: 'SiPass service is not available' },
  903: { status: 500, text: 'Internal server error' },
  905: { status: 403, text: 'Outside the time in which this operator may connect' },
  908: { status: 401, text: 'Session expired' },
  909: { status: 400, text: 'Input is not valid' },
  910: { status: 403, text: 'User is already logged in' },
  911: { status: 401, text: 'Wrong user name or password' },
  912: { status: 403, text: 'API licence is not available' },
} as const;

export type SipassErrorCode = keyof typeof meanings;

/** Thrown by handlers, answered as `{ ErrorCode, Message }`. */
export class SipassError extends Error {
  readonly status: number;
  readonly errorCode: SipassErrorCode;

  constructor(errorCode: SipassErrorCode, detail?: string, status: number = meanings[errorCode].status) {
    super(detail === undefined ? meanings[errorCode].text : `${meanings[errorCode].text}: ${detail}`);
    this.name = 'SipassError';
    this.status = status;
    this.errorCode = errorCode;
  }

  get body(): JsonObject {
    return { ErrorCode: this.errorCode, Message: this.message };
  }
}

/** The body for a bare HTTP status, as used by the `status` fault and by the proxy. */
export function errorBodyOf(status: number): JsonObject {
  const code: SipassErrorCode =
    status === 401 ? 908 : status === 403 ? 900 : status === 429 || status === 503 ? 902 : status >= 500 ? 903 : 909;
  return new SipassError(code).body;
}

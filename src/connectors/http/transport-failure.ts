/** Turns what goes wrong below HTTP (names, sockets, certificates, time) into coded errors. */
import { errors } from 'undici';
import { CodedError } from '../../core/errors.ts';

export interface FailedExchange {
  /** Method and address, without query. */
  readonly doing: string;
  /** The deadline, when it was that which ended the exchange. */
  readonly timedOutAfterMs: number | null;
  readonly bodyBytesMax: number;
}

/** What is found and what to do, by the code of a connection that failed. */
const unreachable: { readonly [code: string]: readonly [found: string, todo: string] } = {
  ECONNREFUSED: ['ECONNREFUSED: nothing listens there', 'Check that the service runs, and the port'],
  ENOTFOUND: ['ENOTFOUND: the name is not known', 'Check the host name and the name server'],
  EAI_AGAIN: ['EAI_AGAIN: the name server does not answer', 'Check the name server of this machine'],
  EHOSTUNREACH: ['EHOSTUNREACH: there is no route to the host', 'Check the network and that the host is up'],
  ENETUNREACH: ['ENETUNREACH: there is no route to the network', 'Check the network of this machine'],
  ECONNRESET: ['ECONNRESET: the connection was cut', 'Check the service and what lies between, such as a firewall'],
  EPIPE: ['EPIPE: the connection was cut', 'Check the service and what lies between, such as a firewall'],
  UND_ERR_SOCKET: ['the socket was closed before the answer was complete', 'Check that the service did not stop'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['a body that broke off', 'Check the service and what lies between'],
  UND_ERR_DESTROYED: ['our client is closed', 'Open the connector again'],
  UND_ERR_CLOSED: ['our client is closed', 'Open the connector again'],
};

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** Codes by which Node and OpenSSL refuse a certificate. */
const untrusted =
  /^(CERT_|CRL_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|ERR_TLS_CERT)/;

/** Whether it is the certificate of the server that is refused, by the code of the error. */
export const isUntrusted = (code: string): boolean => untrusted.test(code);

/** The coded error for what a request threw; an unknown failure counts as unreachable and quotes its own message. */
export function transportFailure(thrown: unknown, exchange: FailedExchange): CodedError {
  const { doing, timedOutAfterMs, bodyBytesMax } = exchange;
  const code = codeOf(thrown);
  const error = (named: CodedError['code'], expected: string, found: string, todo: string) =>
    new CodedError(named, { doing, expected, found, todo, cause: thrown });

  if (timedOutAfterMs !== null || timeouts.has(code)) {
    const found = timedOutAfterMs === null ? code : `no complete answer after ${timedOutAfterMs} ms`;
    return error('SW_TIMEOUT', 'an answer in time', found, 'Check the load of the other side, or raise timeoutMs');
  }
  if (isUntrusted(code)) return error('SW_TLS_UNTRUSTED', 'a trusted certificate', code, certificateAdvice(code));
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    const todo = 'Lower the page size, or check that the address leads to the right server';
    return error('SW_REPLY_UNEXPECTED', `a body of at most ${bodyBytesMax} bytes`, 'more', todo);
  }
  if (code.startsWith('HPE_')) {
    const todo = 'Check the scheme (https or http) and the port of the address';
    return error('SW_REPLY_UNEXPECTED', 'an HTTP answer', `other bytes (${code})`, todo);
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    const todo = 'Check the scheme (https or http) and the port of the address, and the TLS versions of the server';
    return error('SW_UNREACHABLE', 'a TLS connection', `${code}: the TLS handshake failed`, todo);
  }
  const known = unreachable[code];
  if (known !== undefined) return error('SW_UNREACHABLE', 'an answer', ...known);
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return error('SW_UNREACHABLE', 'an answer', said || code, 'Check the address, the service and the network');
}

function certificateAdvice(code: string): string {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'Renew the certificate of the server, or set the clock of this machine';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return 'Use the host name that stands in the certificate, or issue one for this name';
  }
  return 'Set caFile to the PEM file of the authority that signed the certificate of the server';
}

/** The code of an error; of a failed attempt over several addresses, that of the first. */
function codeOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0]);
  if (thrown === null || typeof thrown !== 'object') return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  // undici leaves the code out where its parser names none.
  return thrown instanceof errors.HTTPParserError ? 'HPE_UNNAMED' : '';
}

/** Turns what the Web SDK answers when it does not want to into coded errors. */
import { CodedError, type ErrorCode } from '../../core/errors.ts';
import { parseReply, type Reply } from './reply.ts';

/** Error names by which the logon says that no licensed connection is left. */
const licenceSpent = /CertificateCountExceeded/i;

/** Error names of the logon family: the application id or its certificate is not accepted. */
const logonRefused = /MissingClientCertificate|InvalidClientCertificate|MissingCertificate|InvalidApplicationId/i;

/** The error for an HTTP status that is no success. `write` says that one entity was to be written. */
export function httpFailure(status: number, body: string, doing: string, write: boolean): CodedError {
  const said = quote(body, doing);
  const error = (code: ErrorCode, expected: string, todo: string) =>
    new CodedError(code, { doing, expected, found: `HTTP ${status}${said}`, todo });
  if (licenceSpent.test(body)) return licenceError(doing, `HTTP ${status}${said}`);
  if (status === 401 || status === 403) {
    return error(
      'SW_UNAUTHORISED',
      'accepted credentials',
      'Check user, password, application id, the privilege to log on using the SDK, and the certificate on the licence; after a change of privileges restart the Web-based SDK role',
    );
  }
  if (status === 404) {
    return error(
      'SW_REPLY_UNEXPECTED',
      'the Web SDK at this address',
      'Check the base URI of the role in url (default /WebSdk)',
    );
  }
  if (status === 429 || status >= 500) {
    return error(
      'SW_SERVER_FAILED',
      'an answer',
      'Look at the Web-based SDK role and at the Directory; it is tried again',
    );
  }
  if (write && status >= 400)
    return error('SW_REFUSED', 'that the entity is accepted', 'Correct the record in the source');
  return error(
    'SW_REPLY_UNEXPECTED',
    'HTTP 200',
    'Check that url leads to the Web-based SDK role and to no other server',
  );
}

/** The error for a reply whose status is not `Ok`, though HTTP said 200. */
export function replyFailure(reply: Reply, doing: string, write: boolean): CodedError {
  const { code, message } = reply.error;
  const found = `status ${reply.status}, ${code || 'no SdkErrorCode'}: ${message || 'no message'}`;
  if (licenceSpent.test(found)) return licenceError(doing, found);
  const error = (errorCode: ErrorCode, todo: string) =>
    new CodedError(errorCode, { doing, expected: 'status Ok', found, todo });
  if (logonRefused.test(found))
    return error('SW_UNAUTHORISED', 'Check the application id and its certificate on the licence');
  if (write)
    return error('SW_REFUSED', 'Correct the record in the source, or what stands in its way in Security Center');
  return error('SW_SERVER_FAILED', 'Look at the Web-based SDK role and at the Directory; it is tried again');
}

/** Whether a failed reply says that the entity it was about is not there (any more). */
export function saysGone(reply: Reply): boolean {
  if (reply.status !== 'fail') return false;
  return /does not exist/i.test(reply.error.message) || /^UnableToRetrieveEntity$/i.test(reply.error.code);
}

function licenceError(doing: string, found: string): CodedError {
  return new CodedError('SW_LICENCE', {
    doing,
    expected: 'a free SDK connection on the licence',
    found,
    todo: 'Close other clients of the same certificate or wait: an idle session gives its connection back after five minutes',
  });
}

/** What the body of a failure says, shortened; nothing when it says nothing. */
function quote(body: string, doing: string): string {
  try {
    const { code, message } = parseReply(body, doing).error;
    return ` (${code || 'no SdkErrorCode'}: ${message || 'no message'})`;
  } catch {
    const plain = body
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 160);
    return plain === '' ? '' : ` (${plain})`;
  }
}

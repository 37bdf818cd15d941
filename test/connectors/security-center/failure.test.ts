import { describe, expect, test } from 'vitest';
import { httpFailure, replyFailure, saysGone } from '../../../src/connectors/security-center/failure.ts';
import { parseReply } from '../../../src/connectors/security-center/reply.ts';

const failed = (code: string, message: string) =>
  parseReply(JSON.stringify({ Rsp: { Status: 'Fail', SdkErrorCode: code, Message: message } }), 'testing');

describe('a failure of the Web SDK', () => {
  test.each([
    [401, '', 'SW_UNAUTHORISED'],
    [403, 'Forbidden', 'SW_UNAUTHORISED'],
    [403, '{"Rsp":{"Status":"Fail","SdkErrorCode":"CertificateCountExceeded","Message":"full"}}', 'SW_LICENCE'],
    [403, '<p>CertificateCountExceeded</p>', 'SW_LICENCE'],
    [404, '<html>', 'SW_REPLY_UNEXPECTED'],
    [302, '', 'SW_REPLY_UNEXPECTED'],
    [400, '', 'SW_REPLY_UNEXPECTED'],
    [429, '', 'SW_SERVER_FAILED'],
    [500, '', 'SW_SERVER_FAILED'],
    [503, '', 'SW_SERVER_FAILED'],
  ])('by HTTP %i with body %j is %s', (status, body, code) => {
    expect(httpFailure(status, body, 'testing', false).code).toBe(code);
  });

  test('refuses only the entity when one was to be written', () => {
    expect(httpFailure(400, '', 'testing', true).code).toBe('SW_REFUSED');
    expect(httpFailure(503, '', 'testing', true).code).toBe('SW_SERVER_FAILED');
    expect(replyFailure(failed('InvalidValue', 'no'), 'testing', true).code).toBe('SW_REFUSED');
  });

  test('inside HTTP 200 is a failure of the server when nothing was to be written, and is quoted', () => {
    const error = replyFailure(failed('InvalidOperation', "Could not find property 'Page'"), 'testing', false);
    expect(error.code).toBe('SW_SERVER_FAILED');
    expect(error.message).toContain("InvalidOperation: Could not find property 'Page'");
  });

  test('of the logon is told from a refused entity even while one is written', () => {
    expect(replyFailure(failed('CertificateCountExceeded', ''), 'testing', true).code).toBe('SW_LICENCE');
    expect(replyFailure(failed('InvalidApplicationId', ''), 'testing', true).code).toBe('SW_UNAUTHORISED');
  });

  test('names what the reader can do about a wrong base URI', () => {
    expect(httpFailure(404, '', 'testing', false).message).toContain('base URI');
  });

  test('says that an entity is gone by message or by code', () => {
    expect(saysGone(failed('SdkRequestError', 'Entity does not exist'))).toBe(true);
    expect(saysGone(failed('UnableToRetrieveEntity', ''))).toBe(true);
    expect(saysGone(failed('InvalidOperation', 'no'))).toBe(false);
  });
});

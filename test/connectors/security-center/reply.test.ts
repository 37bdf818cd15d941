import { describe, expect, test } from 'vitest';
import { enumOf, guidOf, parseReply, rowsOf } from '../../../src/connectors/security-center/reply.ts';
import { cardholderStates, credentialStates } from '../../../src/connectors/security-center/validity-rule.ts';

const guid = '0f0e0d0c-0b0a-0908-0706-050403020100';

describe('a reply', () => {
  test.each([
    ['beside the result', '{"Rsp":{"Status":"Fail","SdkErrorCode":"InvalidValue","Message":"no"}}'],
    ['inside the result', '{"Rsp":{"Status":"fail","Result":{"SdkErrorCode":"InvalidValue","Message":"no"}}}'],
  ])('shows its error %s', (_where, body) => {
    expect(parseReply(body, 'testing')).toMatchObject({
      status: 'fail',
      error: { code: 'InvalidValue', message: 'no' },
    });
  });

  test.each([
    ['a byte order mark', '\ufeff{"Rsp":{"Status":"Ok","Result":[]}}'],
    ['a stray byte', '\u0000 {"Rsp":{"Status":"OK","Result":[]}}'],
  ])('is read behind %s', (_what, body) => {
    expect(parseReply(body, 'testing')).toMatchObject({ status: 'ok', result: [] });
  });

  test.each([
    ['legacy XML', '<rsp status="ok"></rsp>'],
    ['a page of HTML', '<html><body>{}</body></html>'],
    ['nothing', ''],
    ['another JSON', '{"status":"ok"}'],
    ['an unknown status', '{"Rsp":{"Status":"Perhaps"}}'],
    ['half of an answer', '{"Rsp":{"Status":"Ok","Result":[{"Gu'],
  ])('that is %s is unexpected, never empty', (_what, body) => {
    expect(() => parseReply(body, 'testing')).toThrowError(expect.objectContaining({ code: 'SW_REPLY_UNEXPECTED' }));
  });

  test.each([
    ['under Result', { Guid: guid }],
    ['under Result.Entity', { Entity: { Guid: guid } }],
    ['in an array of one', [{ Guid: guid.replaceAll('-', '') }]],
    ['in capitals and braces', [{ guid: `{${guid.toUpperCase()}}` }]],
  ])('gives the Guid %s', (_where, result) => {
    expect(guidOf(rowsOf(result)[0]?.get('guid'))).toBe(guid);
  });

  test('gives no Guid where there is none', () => {
    expect([null, undefined, '', 'x', 7, {}, { Guid: null }].map((value) => guidOf(value))).toEqual(
      Array(7).fill(null),
    );
  });

  test('gives states by name or by number, and the numbers of the two types differ', () => {
    expect(enumOf(2, cardholderStates)).toBe('Expired');
    expect(enumOf('2', credentialStates)).toBe('Inactive');
    expect(enumOf('inactive', cardholderStates)).toBe('Inactive');
    expect(enumOf('Sleeping', cardholderStates)).toBeNull();
    expect(enumOf(99, cardholderStates)).toBeNull();
  });
});

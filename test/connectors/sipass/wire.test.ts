/** The pure parts of the SiPass source: dates, validity, lists, options, and what failures say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonReply } from '../../../src/connectors/http/json-reply.ts';
import { cardholderReplySchema } from '../../../src/connectors/sipass/cardholder.ts';
import { utcDate } from '../../../src/connectors/sipass/date.ts';
import { isFailure, replyFailure } from '../../../src/connectors/sipass/failure.ts';
import { listReplySchema, tokenRowSchema } from '../../../src/connectors/sipass/list-reply.ts';
import { parseLogin, parseSessionTimeout } from '../../../src/connectors/sipass/login-reply.ts';
import { sipassOptionsSchema } from '../../../src/connectors/sipass/options.ts';
import { validityOf } from '../../../src/connectors/sipass/validity.ts';
import { workgroupReplySchema } from '../../../src/connectors/sipass/workgroup.ts';

describe('dates', () => {
  test.each([
    ['2026-01-31T08:00:00+08:00', 0, '2026-01-31T00:00:00Z'],
    ['2026-01-31T08:00:00.1234567Z', 0, '2026-01-31T08:00:00Z'],
    ['2026-01-31T08:00:00-0330', 0, '2026-01-31T11:30:00Z'],
    ['2026-01-31T08:00:00', 0, '2026-01-31T08:00:00Z'],
    ['2026-01-31T08:00:00', 60, '2026-01-31T07:00:00Z'],
    ['2026-01-31', -300, '2026-01-31T05:00:00Z'],
    ['2026-01-31 08:00', 0, '2026-01-31T08:00:00Z'],
    ['0001-01-01T00:00:00', 60, null],
    ['', 0, null],
    [null, 0, null],
    ['2026-02-30T00:00:00Z', 0, undefined],
    ['2026-13-01', 0, undefined],
    ['31/01/2026', 0, undefined],
    ['soon', 0, undefined],
  ])('%s at %i minutes is %s', (text, offset, date) => {
    expect(utcDate(text, offset)).toBe(date);
  });

  test('one moment is one text, in whatever offset it was written', () => {
    const moment = fc.integer({ min: Date.UTC(1980, 0, 1) / 1000, max: Date.UTC(2100, 0, 1) / 1000 });
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (seconds, minutes) => {
        const wall = new Date(seconds * 1000 + minutes * 60_000).toISOString().slice(0, 19);
        const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
        const offset = `${minutes < 0 ? '-' : '+'}${hours}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;

        expect(utcDate(`${wall}${offset}`, 0)).toBe(`${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`);
        expect(utcDate(wall, minutes)).toBe(utcDate(`${wall}${offset}`, 0));
      }),
    );
  });
});

describe('validity', () => {
  const at = Date.parse('2026-06-01T00:00:00Z');
  const facts = { void: false, status: null, startDate: null, endDate: null };

  test.each([
    [{ status: 62 }, 'mp270', 'void'],
    [{ status: 62 }, 'mp28x', 'valid'],
    [{ status: 61 }, 'mp28x', 'unknown:61'],
    [{ status: 63 }, 'mp28x', 'unknown:63'],
    [{ status: 62, void: true }, 'mp28x', 'void'],
    [{ status: 61, endDate: '2020-01-01T00:00:00Z' }, 'mp270', 'valid'],
    [{ status: 0, endDate: '2020-01-01T00:00:00Z' }, 'mp28x', 'expired'],
    [{ startDate: '2027-01-01T00:00:00Z' }, 'mp28x', 'not-started'],
    [{ startDate: '2020-01-01T00:00:00Z' }, 'mp28x', 'valid'],
    [{}, 'mp28x', 'none'],
  ] as const)('%j on %s is %s', (some, profile, validity) => {
    expect(validityOf({ ...facts, ...some }, profile, at)).toBe(validity);
  });
});

describe('a person', () => {
  const parse = (person: string) => parseJsonReply(person, cardholderReplySchema(0), 'test');
  const none = parse('{"Token":"1"}');

  test('is the same whether what has its default value is missing, null or said', () => {
    const nulls = Object.keys(none).map((name) => `"${name}":${name === 'Token' ? '"1"' : 'null'}`);
    const said =
      '{"Token":1,"FirstName":"","StartDate":"","Attributes":{"Void":false},"PrimaryWorkgroupId":0,"Credentials":[]}';

    expect(parse(`{${nulls.join(',')}}`)).toEqual(none);
    expect(parse(said)).toEqual(none);
  });

  test.each([
    '"FirstName":true',
    '"FirstName":["Ada"]',
    '"FirstName":1e999',
    '"StartDate":"soon"',
    '"Attributes":{"Void":"yes"}',
    '"PrimaryWorkgroupId":{}',
    '"AccessRules":[{"RuleType":1.5}]',
    '"AccessRules":[{"RuleType":"two"}]',
    '"Credentials":{}',
  ])('with %s is refused, and the message names the member', (member) => {
    const name = member.split('"')[1] ?? '';

    expect(() => parse(`{"Token":"1",${member}}`)).toThrowError(
      expect.objectContaining({ code: 'SW_REPLY_UNEXPECTED', message: expect.stringContaining(name) }),
    );
  });
});

describe('lists', () => {
  const parse = (value: unknown) => parseJsonReply(JSON.stringify(value), listReplySchema(tokenRowSchema), 'listing');
  const rows = [{ Token: 7, Name: 'A' }, { Token: '8' }];

  test.each([
    [rows, null, Infinity],
    [{ Records: rows }, null, Infinity],
    [{ Records: rows, TotalRecords: -1, TotalDisplayRecords: -1 }, null, Infinity],
    [{ Records: rows, TotalRecords: 9, TotalDisplayRecords: 5, _links: [] }, 9, 5],
  ])('%j: rows, total, lower bound', (value, total, atLeast) => {
    expect(parse(value)).toEqual({ rows: [{ Token: '7', Name: 'A' }, { Token: '8' }], total, atLeast });
  });

  test('an empty list must say so', () => {
    expect(parse([]).rows).toEqual([]);
    expect(parse({ TotalRecords: 0 }).rows).toEqual([]);
    expect(parse({ Records: null, TotalRecords: 0 }).rows).toEqual([]);
  });

  test.each([
    [{}],
    [{ TotalRecords: 5 }],
    [{ Records: null, TotalRecords: -1 }],
    ['none'],
    [null],
    [{ Records: [{}] }],
  ])('%j is no list, and certainly no empty one', (value) => {
    expect(() => parse(value)).toThrowError(expect.objectContaining({ code: 'SW_REPLY_UNEXPECTED' }));
  });

  test('one workgroup comes as an object, in an array, or in an envelope', () => {
    const group = { Token: 2_000_000_000, Name: '<Visitor>', Type: 3 };

    for (const form of [group, [group], { Records: [group], TotalRecords: 1 }]) {
      expect(workgroupReplySchema.parse(form)).toMatchObject([{ Token: '2000000000', Type: 3, Void: false }]);
    }
    expect(workgroupReplySchema.parse(null)).toEqual([]);
  });
});

describe('the session resource', () => {
  test('a token that is empty, null or missing is none', () => {
    for (const text of ['{"Token":""}', '{"Token":null}', '{}']) expect(parseLogin(text, 'logging in')).toBeNull();
    expect(parseLogin('{"Token":"ab:me"}', 'logging in')).toBe('ab:me');
  });

  test.each([
    [200, '600', 600_000],
    [200, ' "90" ', 90_000],
    [200, '0', 360_000],
    [200, '{"a":1}', 360_000],
    [404, '600', 360_000],
  ])('%i %s: the idle time is %i ms', (status, text, timeoutMs) => {
    expect(parseSessionTimeout(status, text)).toBe(timeoutMs);
  });
});

describe('failures', () => {
  const body = (ErrorCode: number) => JSON.stringify({ ErrorCode, Message: 'said the server' });

  test.each([
    [200, body(908), 'SW_SESSION_LOST'],
    [401, '', 'SW_SESSION_LOST'],
    [401, body(911), 'SW_UNAUTHORISED'],
    [403, '', 'SW_UNAUTHORISED'],
    [403, body(910), 'SW_SESSION_BUSY'],
    [500, body(912), 'SW_LICENCE'],
    [500, 'oops', 'SW_SERVER_FAILED'],
    [429, '', 'SW_SERVER_FAILED'],
    [302, '', 'SW_REPLY_UNEXPECTED'],
  ])('%i %s is %s', (status, text, code) => {
    expect(isFailure(status, text)).toBe(true);
    expect(replyFailure(status, text, 'reading').code).toBe(code);
  });

  test('a plain 401 at login is about the credentials', () => {
    expect(replyFailure(401, '', 'logging in', true).code).toBe('SW_UNAUTHORISED');
  });

  test('a success is none, also with an ErrorCode of 0', () => {
    expect(isFailure(200, '{"Token":"7"}')).toBe(false);
    expect(isFailure(200, body(0))).toBe(false);
    expect(isFailure(204, '')).toBe(false);
  });
});

describe('options', () => {
  const least = { url: 'https://sipass.example:8745', username: 'u', password: 'p', profile: 'mp28x' };

  test('have the documented defaults', () => {
    expect(sipassOptionsSchema.parse(least)).toEqual({
      ...least,
      clientUniqueId: 'syncwarden',
      language: 'English',
      sortField: 'LastName',
      pageSize: 100,
      concurrency: 2,
      timeoutMs: 30_000,
      retryAfterMsMax: 10_000,
      refusedPauseMs: 300_000,
      timeZoneOffsetMinutes: 0,
    });
  });

  test.each([
    'https://sipass.example:8745/',
    'https://sipass.example:8745/api/V1/hr',
    'https://sipass.example:8745/api/v1/hr/',
  ])('%s is the same address', (url) => {
    expect(sipassOptionsSchema.parse({ ...least, url }).url).toBe(least.url);
  });

  test.each([{ url: 'ftp://x' }, { url: 'https://x/?a=1' }, { profile: 'mp300' }, { concurrency: 0 }, { unknown: 1 }])(
    '%j is refused',
    (wrong) => {
      expect(sipassOptionsSchema.safeParse({ ...least, ...wrong }).success).toBe(false);
    },
  );
});

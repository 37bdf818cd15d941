/** The configuration: what is refused when it is read, and that no secret gets into the records. */
import { describe, expect, test } from 'vitest';
import { quietUntil } from '../../machines/notifications/policy.ts';
import { notificationPolicyOf, notificationsSchema } from '../../src/notify/channel.ts';
import { heartbeatText } from '../../src/notify/heartbeat-text.ts';
import { placeholders, render } from '../../src/notify/template.ts';
import { messageOf } from './support.ts';

const webhook = { kind: 'webhook', url: 'https://hooks.example/in/s3cret' };
const email = { kind: 'email', host: 'mail.example', from: 'a@example.org', to: ['b@example.org'] };
const problems = (channel: object) =>
  notificationsSchema
    .safeParse({ channels: { desk: channel } })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a configuration', () => {
  test.each([
    [
      'an unknown placeholder',
      { ...webhook, template: { body: '{{titel}}' } },
      '{{titel}} is no placeholder; there are subject, text',
    ],
    ['an unknown key', { ...webhook, colour: 'red' }, 'colour'],
    [
      'a password in an address',
      { ...webhook, url: 'https://me:word@hooks.example/' },
      'must not hold a user name or password',
    ],
    [
      'a password in clear text',
      { ...email, username: 'u', password: 'p', starttls: false },
      'would travel in clear text',
    ],
    ['half of a login', { ...email, username: 'u' }, 'username and password go together'],
    ['an empty secret', { ...webhook, secret: '' }, 'is empty'],
    ['a heartbeat to PagerDuty', { kind: 'pagerduty', routingKey: 'key1', heartbeatMs: 60_000 }, 'dead-man service'],
    [
      'an unknown time zone',
      { ...webhook, quietHours: { from: '22:00', to: '06:00', timeZone: 'Mars' } },
      'is no time zone',
    ],
    ['no silence at all', { ...webhook, quietHours: { from: '22:00', to: '22:00', timeZone: 'UTC' } }, 'are the same'],
    [
      'a cron expression that is none',
      { ...webhook, quietHours: { begin: 'x', end: '0 6 * * *', timeZone: 'UTC' } },
      'five fields',
    ],
  ])('with %s is refused, with a sentence that says why', (_, channel, why) => {
    expect(problems(channel).join('\n')).toContain(why);
  });

  test('gives the machine rules and no secrets', () => {
    const config = notificationsSchema.parse({
      channels: {
        hook: { ...webhook, secret: 's3cret', headers: { authorization: 's3cret' }, severityMin: 'critical' },
        pager: { kind: 'pagerduty', routingKey: 's3cret' },
        mail: { ...email, username: 'u', password: 's3cret' },
      },
      dashboardUrl: 'https://watch.example/',
    });
    const policy = notificationPolicyOf(config);

    expect(JSON.stringify(policy)).not.toContain('s3cret');
    expect(Object.keys(policy.channels)).toEqual(['hook', 'pager', 'mail']);
    expect(policy.channels['hook']).toEqual({
      severityMin: 'critical',
      integrations: null,
      quietHours: null,
      heartbeatMs: null,
    });
  });
});

describe('quiet hours', () => {
  const night = { from: '22:00', to: '06:30', timeZone: 'Europe/Zurich' };
  const week = { begin: '0 18 * * 1-5', end: '0 7 * * 1-5', timeZone: 'UTC' };
  const utc = (text: string) => Date.parse(`${text}Z`);

  test.each([
    ['a minute before they begin', night, '2026-01-15T20:59:00', null],
    ['when they begin', night, '2026-01-15T21:00:00', '2026-01-16T05:30:00'],
    ['after midnight', night, '2026-01-16T02:00:00', '2026-01-16T05:30:00'],
    ['when they end', night, '2026-01-16T05:30:00', null],
    ['in the night in which the clocks go forward', night, '2026-03-28T23:00:00', '2026-03-29T04:30:00'],
    ['in the night in which they go back', night, '2026-10-24T22:00:00', '2026-10-25T05:30:00'],
    ['on a Friday evening, until Monday', week, '2026-01-16T18:00:00', '2026-01-19T07:00:00'],
    ['on a Sunday', week, '2026-01-18T12:00:00', '2026-01-19T07:00:00'],
    ['on a Tuesday at noon', week, '2026-01-20T12:00:00', null],
    ['without any', null, '2026-01-20T12:00:00', null],
  ])('%s', (_, quiet, at, until) => {
    expect(quietUntil(quiet, utc(at))).toBe(until === null ? null : utc(until));
  });
});

describe('a template', () => {
  test('knows a word for everything in a message', () => {
    const body = placeholders.map((name) => `${name}={{${name}}}`).join('\n');

    expect(render({ body }, messageOf(), 'https://watch.example/').body.split('\n')).toEqual(
      expect.arrayContaining([
        'severity=critical',
        'title=The counts differ.',
        'integration=hq',
        'kind=incident-opened',
        'reason=12 cardholders are missing.',
        'reasonCode=counts-differ',
        'next=The plugin is restarted at 14:32.',
        'incident=incident-1',
        'time=2026-01-15T12:00:00.000Z',
        'count=1',
        'link=https://watch.example/',
      ]),
    );
  });

  test('does not fill in what a value brings along', () => {
    expect(render({ body: '{{text}}' }, messageOf({ text: '{{id}}' }), null).body).toBe('{{id}}');
  });

  test('says by default where to look, if there is such a place', () => {
    expect(render({}, messageOf(), 'https://watch.example/').body).toContain('Where to look: https://watch.example/');
    expect(render({}, messageOf(), null).body).not.toContain('Where to look');
  });
});

test.each([
  [{ total: 12, proven: 12 }, 'Still watching, 12 integrations, all proven.'],
  [{ total: 12, proven: 10 }, 'Still watching, 12 integrations, 10 proven, 2 not.'],
  [{ total: 1, proven: 1 }, 'Still watching, 1 integration, all proven.'],
  [{ total: 0, proven: 0 }, 'Still watching; no integration is configured.'],
])('a heartbeat of %o says it', (counts, text) => {
  expect(heartbeatText(counts)).toBe(text);
});

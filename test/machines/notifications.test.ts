/** Who is told what, when, and what becomes of a message that cannot be delivered. */
import { describe, expect, test } from 'vitest';
import { notificationEventSchema, notificationsMachine } from '../../machines/notifications.ts';
import { checkDurable } from '../../src/core/durable-profile.ts';
import { Desk, noon, noticeOf, policyOf, seen } from './notifications-driver.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('the machine', () => {
  test('keeps to the durable profile', () => {
    expect([...checkDurable(notificationsMachine).effects]).toEqual(['deliver']);
  });

  test('sleeps without a timer while nothing waits', () => {
    expect(new Desk({ mail: {} }).instance.record.timers).toEqual({});
  });

  test('takes only events of its vocabulary', () => {
    const good = { type: 'notice.raised', at: noon, notice: noticeOf() };
    expect(notificationEventSchema.safeParse(good).success).toBe(true);
    expect(notificationEventSchema.safeParse({ ...good, more: 1 }).success).toBe(false);
    expect(notificationEventSchema.safeParse({ ...good, notice: { ...good.notice, kind: 'news' } }).success).toBe(
      false,
    );
  });
});

describe('a change of state or reason', () => {
  test('is told once by every channel, at the same time', () => {
    const desk = new Desk({ mail: {}, pager: {} }).raise({ id: 'a' });

    expect(seen(desk)).toEqual(['mail a', 'pager a']);
    expect(desk.takeAll().later(hour).under).toEqual({});
    expect(seen(desk)).toHaveLength(2);
  });

  test('says what, why, what next and when', () => {
    const { message } = new Desk({ mail: {} }).raise().tried[0] ?? {};

    expect(message?.subject).toBe('critical: hq: The counts differ.');
    expect(message?.text.split('\n')).toEqual([
      'hq: The counts differ.',
      'Why: 12 cardholders are missing. (counts-differ)',
      'What happens next: The plugin is restarted at 14:32.',
      'When: 2026-01-15T12:00:00.000Z, incident-1',
    ]);
    expect(message).toMatchObject({ kind: 'notice', severity: 'critical', dedupKey: 'hq/incident-1', resolves: [] });
  });

  test.each([
    ['the same id', { id: 'a' }, 'known'],
    ['the same integration, kind and reason', { id: 'b' }, 'suppressed'],
    ['another reason', { id: 'b', reason: { code: 'other', message: '' } }, 'told'],
    ['another kind', { id: 'b', kind: 'reason-changed' }, 'told'],
    ['another integration', { id: 'b', integration: 'lab' }, 'told'],
  ] as const)('raised again with %s is %s', (_, part, outcome) => {
    const desk = new Desk({ mail: {} }).raise({ id: 'a' }).take('mail').later(minute).raise(part);

    expect(desk.under['mail'] !== undefined).toBe(outcome === 'told');
    expect(desk.memory.channels['mail']?.counts.suppressed).toBe(outcome === 'suppressed' ? 1 : 0);
  });

  test('is told again when its window is over, and at once after a recovery', () => {
    const desk = new Desk({ mail: {} }, { suppressMs: hour }).raise().take('mail');

    expect(desk.later(hour - 1).raise({ id: 'early' }).under['mail']).toBeUndefined();
    expect(desk.later(1).raise({ id: 'late' }).under['mail']?.notices[0]?.id).toBe('late');
    desk.take('mail').recover({ id: 'over' }).take('mail').raise({ id: 'anew' });
    expect(desk.under['mail']?.notices[0]?.id).toBe('anew');
  });

  test('is told by the channels whose floor and list it passes', () => {
    const desk = new Desk({
      all: { severityMin: 'info' },
      serious: { severityMin: 'critical' },
      lab: { integrations: ['lab'] },
    });
    desk
      .raise({ id: 'mild', severity: 'info' })
      .takeAll()
      .raise({ id: 'bad', incident: 'i-2', kind: 'quarantined' })
      .takeAll();
    desk.raise({ id: 'other', integration: 'lab', severity: 'warning' }).takeAll();
    desk.raise({ id: 'whole', integration: null, kind: 'storm', severity: 'warning' });

    expect(seen(desk)).toEqual([
      'all mild',
      'all bad',
      'serious bad',
      'all other',
      'lab other',
      'all whole',
      'lab whole',
    ]);
  });
});

describe('a recovery', () => {
  test('goes to whoever was told, below the floor too, and to nobody else', () => {
    const desk = new Desk({
      serious: { severityMin: 'critical' },
      lab: { integrations: ['lab'] },
      late: { severityMin: 'critical' },
    });
    desk.raise({ id: 'bad' }).takeAll().recover({ id: 'over' }).takeAll();
    desk.recover({ id: 'again' });

    expect(seen(desk)).toEqual(['serious bad', 'late bad', 'serious over', 'late over']);
    expect(desk.under).toEqual({});
  });

  test('names what it ends', () => {
    const desk = new Desk({ pager: {} }).raise().take('pager');
    desk.raise({ kind: 'approval-needed', incident: null }).take('pager').recover();

    expect(desk.under['pager']).toMatchObject({
      severity: 'resolved',
      resolves: ['hq/incident-1', 'hq/approval-needed'],
    });
  });

  test('waits until its bad news have arrived, and is not told to whom they never reached', () => {
    const desk = new Desk({ mail: {} }, { retry: { giveUpAfterMs: hour } }).raise({ id: 'bad', severity: 'warning' });
    desk.fail('mail', 'SW_UNREACHABLE').recover({ id: 'over' });
    expect(desk.memory.outbox.map(({ lane }) => lane)).toEqual([null, null]);
    for (let hours = 0; hours < 2 * hour && desk.memory.outbox.length > 0; hours += minute) {
      desk.later(minute);
      if (desk.under['mail']) desk.fail('mail', 'SW_UNREACHABLE');
    }

    expect(desk.memory.outbox).toEqual([]);
    expect(new Set(seen(desk))).toEqual(new Set(['mail bad']));
    expect(desk.decisions).toEqual(['Given up: "warning: hq: The counts differ." for mail.']);
  });

  test('is told when nobody knows whether the bad news arrived', () => {
    const desk = new Desk({ mail: {} }, { retry: { giveUpAfterMs: 1_000, initialMs: 5_000 } });
    desk.raise({ id: 'bad', severity: 'warning' }).fail('mail', 'SW_TIMEOUT').recover({ id: 'over' }).later(10_000);

    expect(desk.under['mail']?.notices[0]?.id).toBe('over');
  });

  test('of a storm goes to whoever was told of the storm', () => {
    const storm = { id: 'storm', integration: null, kind: 'storm', incident: null } as const;
    const desk = new Desk({ mail: {} }).recover({ ...storm, id: 'none', kind: 'storm-over' });
    expect(desk.under).toEqual({});
    desk
      .raise(storm)
      .take('mail')
      .recover({ ...storm, id: 'over', kind: 'storm-over' });

    expect(desk.under['mail']?.resolves).toEqual(['all/storm']);
  });
});

describe('many at once', () => {
  test('become one message at the end of the window that lists the integrations', () => {
    const desk = new Desk({ mail: {} }, { group: { max: 2, windowMs: minute } });
    for (const integration of ['a', 'b', 'c', 'd'])
      desk.raise({ id: integration, integration, severity: 'warning' }).takeAll();
    expect(seen(desk)).toEqual(['mail a', 'mail b']);

    desk.later(minute);

    expect(seen(desk)).toEqual(['mail a', 'mail b', 'mail c+d']);
    expect(desk.under['mail']).toMatchObject({
      kind: 'group',
      severity: 'warning',
      subject: 'warning: 2 notices about c, d',
    });
  });

  test('come as one message for each channel while a storm is on, with the worst that is left', () => {
    const desk = new Desk({ mail: {}, pager: { severityMin: 'critical' } }).send('storm.began');
    desk.raise({ id: 'storm', integration: null, kind: 'storm', severity: 'critical' }).takeAll();
    desk.raise({ id: 'a', integration: 'a', severity: 'warning' }).raise({ id: 'b', integration: 'b' });
    desk.recover({ id: 'b-over', integration: 'b' });
    expect(desk.under).toEqual({});

    desk.later(minute);

    expect(seen(desk).slice(2)).toEqual(['mail a+b+b-over', 'pager b+b-over']);
    expect(desk.under['mail']?.severity).toBe('warning');
    expect(desk.under['pager']?.severity).toBe('resolved');
    desk
      .takeAll()
      .send('storm.ended')
      .later(2 * minute)
      .raise({ id: 'c', integration: 'c' });
    expect(seen(desk).at(-1)).toBe('pager c');
  });

  test('resolve their common key with the last recovery', () => {
    const desk = new Desk({ pager: {} }).send('storm.began');
    desk.raise({ integration: 'a' }).raise({ integration: 'b' }).later(minute);
    const key = desk.under['pager']?.dedupKey;
    desk.takeAll().send('storm.ended').later(hour).recover({ integration: 'a' });
    expect([key?.startsWith('group/'), desk.under['pager']?.resolves]).toEqual([true, []]);

    desk.takeAll().recover({ integration: 'b' });

    expect(desk.under['pager']?.resolves).toEqual([key]);
  });

  test('beyond the size of a message keep the newest of those alike and everything vital', () => {
    const desk = new Desk({ mail: { severityMin: 'info' } }, { suppressMs: 0 }).send('storm.began');
    for (let index = 0; index < 150; index++)
      desk.raise({ integration: `i${index}`, severity: index < 10 ? 'critical' : 'info' });
    for (let index = 0; index < 10; index++) desk.raise({ id: `last${index}`, integration: `i${index}` });
    desk.later(minute);

    const { notices = [], omitted = 0 } = desk.under['mail'] ?? {};
    expect([notices.length, notices.length + omitted]).toEqual([100, 160]);
    expect(notices.filter(({ severity }) => severity === 'critical').map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `last${index}`),
    );
  });
});

describe('quiet hours', () => {
  const night = { from: '22:00', to: '06:00', timeZone: 'Europe/Zurich' };
  const late = Date.UTC(2026, 0, 15, 22); // 23:00 in Zurich
  const morning = Date.UTC(2026, 0, 16, 5);

  test('hold what is not critical until their end, and then send one summary', () => {
    const desk = new Desk({ mail: { quietHours: night } }, {}, late);
    desk
      .raise({ id: 'a', severity: 'warning' })
      .later(hour)
      .raise({ id: 'b', integration: 'lab', severity: 'warning' });
    desk.raise({ id: 'c', integration: 'vault' });
    expect(seen(desk)).toEqual(['mail c']);

    desk.take('mail').later(morning - desk.at - 1);
    expect(desk.under).toEqual({});
    desk.later(1);

    expect(seen(desk)).toEqual(['mail c', 'mail a+b']);
  });

  test('let what is critical through with what was held of it, and then its recovery', () => {
    const desk = new Desk({ mail: { quietHours: night } }, {}, late);
    desk.raise({ id: 'mild', severity: 'warning', kind: 'reason-changed' }).raise({ id: 'bad' }).take('mail');
    desk.recover({ id: 'over' });

    expect(seen(desk)).toEqual(['mail mild+bad', 'mail over']);
    expect(desk.tried[0]?.message.subject).toBe('critical: hq: The counts differ. (and 1 more)');
    expect(desk.take('mail').later(24 * hour).under).toEqual({});
  });

  test('hold a recovery with the bad news that they hold', () => {
    const desk = new Desk({ mail: { quietHours: night } }, {}, late).raise({ id: 'a', severity: 'warning' });
    desk.recover({ id: 'over' }).later(morning - desk.at);

    expect(desk.under['mail']).toMatchObject({ severity: 'resolved', kind: 'group' });
  });

  test('tell no recovery of before after what is bad again', () => {
    const desk = new Desk({ mail: { quietHours: night } }, {}, late - 2 * hour);
    desk
      .raise({ id: 'mild', severity: 'warning' })
      .take('mail')
      .later(2 * hour)
      .recover({ id: 'over' });
    desk
      .raise({ id: 'bad' })
      .take('mail')
      .later(morning - desk.at)
      .recover({ id: 'end' });

    expect(seen(desk)).toEqual(['mail mild', 'mail over+bad', 'mail end']);
  });

  test('that are lifted by a new policy let go of what they held', () => {
    const desk = new Desk({ mail: { quietHours: night } }, {}, late).raise({ id: 'a', severity: 'warning' });
    desk.send('policy.changed', { policy: policyOf({ mail: {} }) });

    expect(seen(desk)).toEqual(['mail a']);
  });
});

describe('a heartbeat', () => {
  test('comes at its pace, in quiet hours too, and says nothing twice after an outage', () => {
    const quietHours = { from: '00:00', to: '23:59', timeZone: 'UTC' };
    const desk = new Desk({ mail: { heartbeatMs: hour, quietHours } }).later(hour);
    expect(desk.under['mail']?.kind).toBe('heartbeat');
    desk.take('mail').later(hour).fail('mail', 'SW_UNREACHABLE');
    for (let minutes = 0; minutes < 300; minutes++) {
      desk.later(minute);
      if (desk.under['mail']) desk.fail('mail', 'SW_UNREACHABLE');
      expect(desk.memory.outbox.length).toBeLessThanOrEqual(2); // one that is under way, and the newest
    }
  });

  test('starts and stops with the policy', () => {
    const desk = new Desk({ mail: {} }).send('policy.changed', { policy: policyOf({ mail: { heartbeatMs: hour } }) });
    expect(desk.later(hour).under['mail']?.kind).toBe('heartbeat');
    desk.take('mail').send('policy.changed', { policy: policyOf({ mail: {} }) });

    expect(desk.instance.record.timers).toEqual({});
  });
});

describe('a delivery that fails', () => {
  test('is tried again with growing pauses, under the same id, one at a time', () => {
    const desk = new Desk({ mail: {} }).raise({ id: 'a' }).raise({ id: 'b', integration: 'lab' });
    const pauses: number[] = [];
    for (let tries = 0; tries < 12; tries++) {
      desk.fail('mail');
      const since = desk.at;
      while (!desk.under['mail']) desk.later(1_000);
      pauses.push(desk.at - since);
    }

    expect(Math.max(...pauses)).toBeLessThanOrEqual(301_000);
    expect(pauses[0]).toBeLessThanOrEqual(5_000);
    expect(pauses.at(-1)).toBeGreaterThan(29_000);
    expect(new Set(desk.tried.map(({ message }) => message.id)).size).toBe(2);
  });

  test('of a critical notice or a recovery is never given up', () => {
    const desk = new Desk({ mail: {} }, { retry: { giveUpAfterMs: hour } }).raise({ id: 'bad' });
    for (let days = 0; days < 5; days++) {
      if (desk.under['mail']) desk.fail('mail');
      desk.later(24 * hour);
      expect(desk.memory.outbox[0]?.notices[0]?.id).toBe('bad');
    }
    expect(desk.decisions).toEqual([]);
  });

  test('because the receiver asks for silence is not tried before', () => {
    const reason = { code: 'SW_SERVER_FAILED', message: 'Too many requests.' };
    const desk = new Desk({ mail: {} }).raise().take('mail', { at: null, retryAfterMs: hour, reason });

    expect(desk.later(hour - 1).under['mail']).toBeUndefined();
    expect(desk.later(1).under['mail']).toBeDefined();
  });

  test('because this one message is refused does not hold up the others', () => {
    const desk = new Desk({ mail: {} })
      .raise({ id: 'bad' })
      .fail('mail', 'SW_REFUSED')
      .raise({ id: 'b', integration: 'lab' });
    expect(desk.under['mail']?.notices[0]?.id).toBe('b');
    desk.take('mail').recover({ id: 'over' });

    expect(desk.under['mail']).toBeUndefined(); // behind its own bad news
    expect(desk.later(5_000).under['mail']?.notices[0]?.id).toBe('bad');
    expect(desk.take('mail').under['mail']?.notices[0]?.id).toBe('over');
  });

  test('because it never ended frees its lane', () => {
    const desk = new Desk({ mail: {} }).raise({ id: 'a' }).later(minute);
    expect(desk.memory.channels['mail']?.error?.code).toBe('SW_TIMEOUT');

    expect(desk.later(5_000).under['mail']?.notices[0]?.id).toBe('a');
  });

  test('leaves other channels alone, more of them than there are lanes', () => {
    const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const desk = new Desk(Object.fromEntries(names.map((name) => [name, {}]))).raise({ id: 'a' });
    expect(Object.keys(desk.under)).toHaveLength(8);
    desk.takeAll();

    expect(seen(desk).sort()).toEqual(names.map((name) => `${name} a`).sort());
  });

  test('that ended in part is told as a decision', () => {
    const desk = new Desk({ mail: {} }).raise().take('mail', { warning: 'Not for anna@example.org.' });

    expect(desk.decisions).toEqual(['Delivered in part: "critical: hq: The counts differ." by mail.']);
  });
});

describe('a full outbox', () => {
  const full = () => {
    const desk = new Desk({ mail: { severityMin: 'info' } }, { outboxMax: 3, group: { max: 1_000, windowMs: 1 } });
    return desk.raise({ id: 'first', integration: 'first', severity: 'info' }).fail('mail', 'SW_UNREACHABLE');
  };

  test('lets go of the oldest info, then of the oldest warning', () => {
    const desk = full();
    for (const severity of ['warning', 'info', 'critical', 'critical', 'critical'] as const)
      desk.raise({ id: `${severity}${desk.memory.messages}`, integration: `${desk.memory.messages}`, severity });

    expect(desk.memory.outbox.map(({ notices }) => notices[0]?.id)).toEqual(['critical3', 'critical4', 'critical5']);
    expect(desk.decisions).toHaveLength(3);
    expect(desk.memory.channels['mail']?.counts.dropped).toBe(3);
  });

  test('never lets go of what is vital: it becomes one message at the end', () => {
    const desk = full();
    for (let index = 0; index < 20; index++) desk.raise({ id: `c${index}`, integration: `i${index}` });
    for (let index = 0; index < 10; index++) desk.recover({ id: `r${index}`, integration: `i${index}` });

    expect(desk.memory.outbox).toHaveLength(4);
    while (desk.memory.outbox.length > 0) desk.takeAll().later(minute);
    const ids = desk.tried.flatMap(({ message }) => message.notices.map(({ id }) => id));
    expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 20 }, (_, index) => `c${index}`)));
    expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, index) => `r${index}`)));
  });

  test('of one channel takes nothing from the others', () => {
    const desk = new Desk({ mail: {}, pager: {} }, { outboxMax: 1, group: { max: 100, windowMs: 1 } });
    desk.raise({ id: 'a', integration: 'a', severity: 'warning' }).take('pager').fail('mail');
    desk.raise({ id: 'b', integration: 'b', severity: 'warning' });

    expect(desk.under['pager']?.notices[0]?.id).toBe('b');
  });
});

describe('a person', () => {
  test('can test one channel', () => {
    const desk = new Desk({ mail: {}, pager: {} }).send('channel.tested', { channel: 'mail', requestedBy: 'anna' });

    expect(seen(desk)).toEqual(['mail test']);
  });

  test('is told of a channel that is not there', () => {
    const desk = new Desk({ mail: {} }).send('channel.tested', { channel: 'fax', requestedBy: 'anna' });

    expect(desk.decisions).toEqual(['Not tested: the channel "fax".']);
  });

  test('who takes a channel away takes what waits for it', () => {
    const desk = new Desk({ mail: {}, pager: {} }).raise().take('pager').fail('mail', 'SW_UNREACHABLE');
    desk.send('policy.changed', { policy: policyOf({ pager: {} }) });

    expect(desk.memory.outbox).toEqual([]);
    expect(desk.decisions).toEqual(['Dropped: 1 messages that waited.']);
  });

  test('who takes a channel away in mid-delivery hears nothing more of it', () => {
    const desk = new Desk({ mail: {} })
      .raise()
      .send('policy.changed', { policy: policyOf({}) })
      .fail('mail');

    expect([desk.memory.outbox, desk.under]).toEqual([[], {}]);
  });
});

test('a recovery that was refused is not told after what is bad again', () => {
  const desk = new Desk({ mail: {} })
    .raise({ id: 'bad' })
    .recover({ id: 'over' })
    .take('mail')
    .fail('mail', 'SW_REFUSED')
    .raise({ id: 'bad again' })
    .take('mail')
    .later(24 * hour);
  expect(desk.under).toEqual({});

  desk.recover({ id: 'end' });
  expect(seen(desk)).toEqual(['mail bad', 'mail over', 'mail bad again', 'mail end']);
  expect(desk.under['mail']?.resolves).toEqual(['hq/incident-1']);
});

test('quiet hours are those of the clock, also after it was set back', () => {
  const evening = Date.parse('2026-01-05T20:00:00Z');
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'UTC' };
  const desk = new Desk({ mail: { quietHours } }, {}, evening + 8 * hour).raise({ id: 'night', severity: 'warning' });
  expect(desk.under).toEqual({});

  desk.at = evening;
  desk.raise({ id: 'day', integration: 'lab', severity: 'warning' });

  expect(desk.under['mail']?.notices.map(({ id }) => id)).toEqual(['night']);
  desk.take('mail');
  expect(desk.under['mail']?.notices.map(({ id }) => id)).toEqual(['day']);
});

test('a clock that is set back makes nothing wait longer and nothing ring for nothing', () => {
  const desk = new Desk({ mail: {} }).raise({ id: 'a' }).fail('mail');
  const [timer] = Object.values(desk.instance.record.timers);
  desk.at -= hour;
  desk.recover({ id: 'unrelated', integration: 'lab' });

  const [after] = Object.values(desk.instance.record.timers);
  expect(after).toEqual(timer);
});

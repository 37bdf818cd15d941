/** Whatever is raised and whatever fails: once the receivers work, nothing vital is missing and nothing bad has no end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAtLeast, isRecovery, type Notice, subjectOf } from '../../machines/notifications/notice.ts';
import { Desk, noticeOf, policyOf, recovered } from './notifications-driver.ts';

const minute = 60_000;
const channels = {
  all: { severityMin: 'info' },
  serious: { severityMin: 'critical' },
  lab: { integrations: ['lab'] },
  night: { severityMin: 'info', quietHours: { from: '22:00', to: '06:00', timeZone: 'Europe/Zurich' } },
} as const;
// Nothing is suppressed, and nothing is so much that alike notices become one: every single one can be looked for.
const rules = { suppressMs: 0, group: { max: 3, windowMs: minute }, retry: { giveUpAfterMs: 6 * 60 * minute } };
const names = Object.keys(channels);

const integration = fc.constantFrom('hq', 'lab', 'vault');
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('raise' as const),
      integration,
      severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('recover' as const), integration }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('storm' as const), on: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), channel: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      channel: fc.nat(3),
      code: fc.constantFrom('SW_TIMEOUT', 'SW_UNREACHABLE', 'SW_REFUSED', 'SW_SERVER_FAILED'),
      arrived: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat(5_000), fc.nat(10 * minute), fc.nat(10 * 60 * minute)),
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer Of> ? Of : never;

/** What receivers have, in the order in which it first came; one message for each id. */
class Receivers {
  readonly #messages = new Map<string, Map<string, readonly Notice[]>>(names.map((name) => [name, new Map()]));

  receive(channel: string, id: string, notices: readonly Notice[]): void {
    const known = this.#messages.get(channel)?.get(id);
    // Tried again it may say less: a recovery that newer news have passed.
    if (known) expect(known.map((notice) => notice.id)).toEqual(expect.arrayContaining(notices.map(({ id }) => id)));
    else this.#messages.get(channel)?.set(id, notices);
  }

  of(channel: string): readonly Notice[] {
    return [...(this.#messages.get(channel)?.values() ?? [])].flat();
  }
}

interface Played {
  readonly raised: readonly Notice[];
  readonly receivers: Receivers;
  readonly tried: Desk['tried'];
}

function play(actions: readonly Action[]): Played {
  const desk = new Desk(channels, rules);
  const receivers = new Receivers();
  const raised: Notice[] = [];
  const raise = (notice: Notice) => {
    raised.push(notice);
    desk.send('notice.raised', { notice });
  };
  const arrive = (channel: string) => {
    const message = desk.under[channel];
    if (message) receivers.receive(channel, message.id, message.notices);
    return message !== undefined;
  };
  for (const one of actions) {
    if (one.do === 'raise') raise(noticeOf({ ...one, at: desk.at, incident: null }));
    else if (one.do === 'recover') raise(recovered({ integration: one.integration, at: desk.at, incident: null }));
    else if (one.do === 'storm') desk.send(one.on ? 'storm.began' : 'storm.ended');
    else if (one.do === 'wait') desk.later(one.ms);
    else {
      const channel = names[one.channel] as string; // four of them
      const mayArrive =
        one.do === 'take' || (one.arrived && (one.code === 'SW_TIMEOUT' || one.code === 'SW_SERVER_FAILED'));
      if (desk.under[channel] === undefined) continue;
      if (mayArrive) arrive(channel);
      if (one.do === 'take') desk.take(channel);
      else desk.fail(channel, one.code);
    }
  }
  const isAtRest = () =>
    desk.memory.outbox.length === 0 &&
    Object.values(desk.memory.channels).every(({ group, held }) => group === null && held === null);
  for (let minutes = 0; minutes < 24 * 60 && !isAtRest(); minutes += 10) {
    for (let [channel] = Object.keys(desk.under); channel !== undefined; [channel] = Object.keys(desk.under)) {
      arrive(channel);
      desk.take(channel);
    }
    desk.later(10 * minute);
  }
  expect(isAtRest()).toBe(true);
  return { raised, receivers, tried: desk.tried };
}

test('every critical notice reaches its channels, bad news are followed by their recovery, and nothing comes twice', () => {
  const { channels: policies } = policyOf(channels);
  fc.assert(
    fc.property(fc.array(action, { maxLength: 50 }), (actions) => {
      const { raised, receivers } = play(actions);
      for (const [name, policy] of Object.entries(policies)) {
        const came = receivers.of(name);
        const ids = came.map(({ id }) => id);
        expect(new Set(ids).size, `${name}: each once`).toBe(ids.length);
        const isFor = ({ integration: of, severity }: Notice) =>
          isAtLeast(severity, policy.severityMin) && (policy.integrations?.includes(of ?? '') ?? true);
        const vital = raised.filter((notice) => notice.severity === 'critical' && isFor(notice));
        expect(ids, `${name}: every critical one`).toEqual(expect.arrayContaining(vital.map(({ id }) => id)));
        const bad = new Set<string>();
        for (const notice of came) {
          const subject = subjectOf(notice);
          if (!isRecovery(notice)) bad.add(subject);
        }
        for (const subject of bad) {
          const order = raised.filter((notice) => subjectOf(notice) === subject);
          const last = came.filter((notice) => subjectOf(notice) === subject);
          const lastBad = last.findLastIndex((notice) => !isRecovery(notice));
          const after = order.slice(order.findIndex(({ id }) => id === last[lastBad]?.id)).some(isRecovery);
          expect(last.slice(lastBad).some(isRecovery), `${name}: ${subject} ends where it ended`).toBe(after);
        }
      }
    }),
    { numRuns: Number(process.env['SW_HISTORIES'] ?? 150) },
  );
}, 600_000);

test('a channel that was never handed bad news of an integration never hears that they are over', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const bad = new Set<string>();
      for (const { channel, message } of play(actions).tried)
        for (const notice of message.notices) {
          const about = `${channel} ${subjectOf(notice)}`;
          if (isRecovery(notice)) expect(bad.has(about), about).toBe(true);
          else bad.add(about);
        }
    }),
    { numRuns: 100 },
  );
}, 600_000);

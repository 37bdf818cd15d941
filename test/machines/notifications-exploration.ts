/** How the notifications are explored: two channels, of which one groups, and facts, answers and silence in any order. */
import type { NotificationsMemory } from '../../machines/notifications/memory.ts';
import { notificationPolicySchema } from '../../machines/notifications/policy.ts';
import { notificationsMachine } from '../../machines/notifications.ts';
import type { Json } from '../../src/core/json.ts';
import type { ExploreOptions } from './explore.ts';

const policy = notificationPolicySchema.parse({ channels: { mail: {}, pager: {} } }) as unknown as Json;
const bad = {
  integration: 'hq',
  kind: 'incident-opened',
  severity: 'critical',
  title: 'The counts differ.',
  reason: { code: 'counts-differ', message: '12 cardholders are missing.' },
  incident: 'incident-1',
  next: null,
};
const over = {
  ...bad,
  kind: 'recovered',
  severity: 'resolved',
  title: 'It is over.',
  reason: { code: 'recovered', message: 'Both sides were proven equal.' },
};

export const notificationsExploration: ExploreOptions = {
  machine: notificationsMachine,
  input: { policy, at: 0 },
  events: (at) => [
    { type: 'notice.raised', at, notice: { ...bad, id: `bad-${at}`, at } } as { type: string; at: number },
    { type: 'notice.raised', at, notice: { ...over, id: `over-${at}`, at } } as { type: string; at: number },
    { type: 'storm.began', at },
    { type: 'storm.ended', at },
    { type: 'policy.changed', at, policy } as { type: string; at: number },
  ],
  answers: {
    deliver: (at) => [
      { output: { at } },
      { output: { at: null, retryAfterMs: 1_000, reason: { code: 'SW_THROTTLED', message: 'Later.' } } },
      { error: { code: 'SW_SERVER_FAILED', message: 'It is ill.' } },
    ],
  },
  project: (context) => {
    const { stormSince, outbox, channels } = context as unknown as NotificationsMemory;
    const of = (name: string) => outbox.filter(({ channel }) => channel === name).map(({ kind }) => kind);
    const ofChannel = ([name, { failures, group, bad: told }]: [string, NotificationsMemory['channels'][string]]) => ({
      waits: of(name).slice(0, 2),
      fails: failures > 0,
      groups: group !== null,
      bad: Object.keys(told).length,
    });
    return { storm: stormSince !== null, channels: Object.entries(channels).map(ofChannel) } as Json;
  },
  configurationsMax: 60_000,
};

/**
 * The rules of notification, pure: who is told what, and when it waits. A notice is routed to each channel once: into the
 * outbox, into a group, or into the silence of quiet hours. Nothing here reads a clock: `now` comes with the events, and
 * goes back only where the clock was set back.
 */
import { type Batch, change, count, decide, type NotificationsMemory, newChannel, without } from './memory.ts';
import { isAtLeast, isOfStorm, isRecovery, type Notice, subjectOf, topicOf } from './notice.ts';
import { enqueue, withNotices } from './outbox.ts';
import { type NotificationPolicy, quietUntil } from './policy.ts';

/** How many ids of notices are remembered. */
const knownIdsMax = 500;

/** The memory of a supervisor that has told nobody anything yet. */
export function newNotifications(policy: NotificationPolicy, at: number): NotificationsMemory {
  const memory: NotificationsMemory = {
    policy: { ...policy, channels: {} },
    now: at,
    armedFor: null,
    stormSince: null,
    channels: {},
    outbox: [],
    knownIds: [],
    messages: 0,
    decisions: [],
  };
  return changePolicy(memory, policy);
}

/** A fact is raised: each channel that it is for is told, once. */
export function takeNotice(memory: NotificationsMemory, notice: Notice): NotificationsMemory {
  if (memory.knownIds.includes(notice.id)) return memory;
  const route = isRecovery(notice) ? routeRecovery : routeBad;
  let next: NotificationsMemory = { ...memory, knownIds: [...memory.knownIds, notice.id].slice(-knownIdsMax) };
  for (const name of Object.keys(memory.policy.channels)) next = route(next, name, notice);
  return next;
}

function routeBad(memory: NotificationsMemory, name: string, notice: Notice): NotificationsMemory {
  const [policy, channel] = [memory.policy.channels[name], memory.channels[name]];
  if (!policy || !channel || !isAtLeast(notice.severity, policy.severityMin)) return memory;
  const { integration } = notice;
  if (integration !== null && policy.integrations !== null && !policy.integrations.includes(integration)) return memory;
  const subject = subjectOf(notice);
  const isFresh = (toldAt: number | undefined) =>
    toldAt !== undefined && Math.abs(notice.at - toldAt) < memory.policy.suppressMs;
  const told = channel.told[subject] ?? {};
  if (isFresh(told[topicOf(notice)])) return change(memory, name, count('suppressed'));
  const kept = Object.fromEntries(Object.entries(told).filter(([, toldAt]) => isFresh(toldAt)));
  const critical = notice.severity === 'critical' || (channel.bad[subject]?.critical ?? false);
  const noted = change(memory, name, () => ({
    told: { ...channel.told, [subject]: { ...kept, [topicOf(notice)]: notice.at } },
    bad: { ...channel.bad, [subject]: { critical } },
  }));
  const until = notice.severity === 'critical' ? null : quietUntil(policy.quietHours, memory.now);
  return until === null ? placeWithHeld(noted, name, notice) : hold(noted, name, notice, until);
}

/** Goes to whoever was told the bad news and to nobody else, on the same way: what was held, it is held with. */
function routeRecovery(memory: NotificationsMemory, name: string, notice: Notice): NotificationsMemory {
  const [policy, channel] = [memory.policy.channels[name], memory.channels[name]];
  const subject = subjectOf(notice);
  const bad = channel?.bad[subject];
  if (!policy || !channel || !bad) return memory;
  const over = { told: without(channel.told, subject), bad: without(channel.bad, subject) };
  const until = bad.critical ? null : quietUntil(policy.quietHours, memory.now);
  if (until !== null)
    return hold(
      change(memory, name, () => over),
      name,
      notice,
      until,
    );
  return placeWithHeld(
    change(memory, name, () => over),
    name,
    notice,
  );
}

/** What is held of its subject goes with it: told later, old news would stand as the newest. */
function placeWithHeld(memory: NotificationsMemory, name: string, notice: Notice): NotificationsMemory {
  const [about, held] = split(memory.channels[name]?.held ?? null, subjectOf(notice));
  return place(
    change(memory, name, () => ({ held })),
    name,
    [...about, notice],
  );
}

function split(batch: Batch | null, subject: string): readonly [readonly Notice[], Batch | null] {
  if (batch === null) return [[], null];
  const about = batch.notices.filter((notice) => subjectOf(notice) === subject);
  const notices = batch.notices.filter((notice) => subjectOf(notice) !== subject);
  return [about, notices.length + batch.omitted === 0 ? null : { ...batch, notices }];
}

/** Into the outbox, or into the group of the channel while there is one or must be one. */
function place(memory: NotificationsMemory, name: string, notices: readonly Notice[]): NotificationsMemory {
  const { group } = memory.policy;
  // That a storm begins or ends is what explains the group: it does not wait in it.
  if (notices.every(({ kind }) => isOfStorm(kind))) return enqueue(memory, name, { notices });
  const before = memory.channels[name]?.recent ?? [];
  const recent = [...before.filter((time) => time > memory.now - group.windowMs), memory.now].slice(-group.max - 1);
  const noted = change(memory, name, () => ({ recent }));
  const open = noted.channels[name]?.group ?? null;
  if (open === null && memory.stormSince === null && recent.length <= group.max)
    return enqueue(noted, name, { notices });
  const batch = open ?? { closesAt: memory.now + group.windowMs, notices: [], omitted: 0 };
  return change(noted, name, () => ({ group: withNotices(batch, notices) }));
}

function hold(memory: NotificationsMemory, name: string, notice: Notice, until: number): NotificationsMemory {
  return change(memory, name, ({ held }) => ({
    held: withNotices({ ...(held ?? { notices: [], omitted: 0 }), closesAt: until }, [notice]),
  }));
}

/** A person asks whether a channel works. */
export function takeTest(memory: NotificationsMemory, name: string): NotificationsMemory {
  if (memory.channels[name]) return enqueue(memory, name, { kind: 'test' });
  const because = `There is no such channel; there are ${Object.keys(memory.channels).join(', ') || 'none'}.`;
  return decide(memory, { what: `Not tested: the channel "${name}".`, because });
}

/** While a storm is on, everything comes in groups. */
export function setStorm(memory: NotificationsMemory, isOn: boolean): NotificationsMemory {
  return { ...memory, stormSince: isOn ? (memory.stormSince ?? memory.now) : null };
}

/** What waits for a channel that is gone goes with it; what waits for another one is looked at anew. */
export function changePolicy(memory: NotificationsMemory, policy: NotificationPolicy): NotificationsMemory {
  const channels = Object.entries(policy.channels).map(([name, { heartbeatMs, quietHours }]) => {
    const same = memory.policy.channels[name]?.heartbeatMs === heartbeatMs;
    const before = memory.channels[name];
    const heartbeatAt = heartbeatMs === null ? null : memory.now + heartbeatMs;
    const { held = null } = before ?? {};
    const closesAt = quietUntil(quietHours, memory.now) ?? memory.now;
    const channel = before ? { ...before, ...(same ? {} : { heartbeatAt }) } : newChannel(heartbeatAt);
    return [name, { ...channel, held: held && { ...held, closesAt } }] as const;
  });
  const gone = memory.outbox.filter(({ channel, lane }) => lane === null && !(channel in policy.channels));
  const outbox = memory.outbox.filter((entry) => !gone.includes(entry));
  const changed = { ...memory, policy, outbox, channels: Object.fromEntries(channels) };
  if (gone.length === 0) return changed;
  const names = [...new Set(gone.map(({ channel }) => channel))].join(', ');
  const because = `The configuration has no channel ${names} any more.`;
  return decide(changed, { what: `Dropped: ${gone.length} messages that waited.`, because });
}

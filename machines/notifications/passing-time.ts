/** What time alone brings: batches close, signs of life fall due, what waited too long is given up. */
import { change, type Entry, type NotificationsMemory } from './memory.ts';
import { enqueue, givenUpAt, tidy } from './outbox.ts';
import { asOf } from './set-back.ts';

/** Lets time pass: batches close, signs of life fall due, what waited too long is given up. */
export function advance(memory: NotificationsMemory, at: number): NotificationsMemory {
  const known = asOf(memory, at);
  let next: NotificationsMemory = { ...known, now: Math.max(known.now, at) };
  for (const name of Object.keys(next.channels)) next = beat(close(close(next, name, 'held'), name, 'group'), name);
  return tidy(next);
}

/** What was gathered goes out as one message when its time has come. */
function close(memory: NotificationsMemory, name: string, gathered: 'group' | 'held'): NotificationsMemory {
  const batch = memory.channels[name]?.[gathered] ?? null;
  if (batch === null || batch.closesAt > memory.now) return memory;
  return enqueue(
    change(memory, name, () => ({ [gathered]: null })),
    name,
    batch,
  );
}

/** One sign of life at most waits: a receiver that was away learns nothing from those that it missed. */
function beat(memory: NotificationsMemory, name: string): NotificationsMemory {
  const [due, everyMs] = [memory.channels[name]?.heartbeatAt, memory.policy.channels[name]?.heartbeatMs];
  if (typeof due !== 'number' || typeof everyMs !== 'number' || due > memory.now) return memory;
  const heartbeatAt = due + everyMs * Math.ceil((memory.now + 1 - due) / everyMs);
  const isStale = (entry: Entry) => entry.channel === name && entry.kind === 'heartbeat' && entry.lane === null;
  const outbox = memory.outbox.filter((entry) => !isStale(entry));
  return enqueue(
    change({ ...memory, outbox }, name, () => ({ heartbeatAt })),
    name,
    { kind: 'heartbeat' },
  );
}

/** When something is to be done next without an event; null for never. Always later than `now`. */
export function nextDue(memory: NotificationsMemory): number | null {
  const { now, channels, outbox } = memory;
  const times = [
    ...Object.values(channels).flatMap(({ group, held, heartbeatAt }) => [
      group?.closesAt,
      held?.closesAt,
      heartbeatAt,
    ]),
    ...outbox.flatMap((entry) => [entry.notBefore, channels[entry.channel]?.pausedUntil, givenUpAt(memory, entry)]),
  ];
  const later = times.filter((time): time is number => typeof time === 'number' && time > now);
  return later.length === 0 ? null : Math.min(...later);
}

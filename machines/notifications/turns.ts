/** Whose turn it is, pure: one message at a time for each channel, and news of one subject in their order. */
import { type Entry, type NotificationsMemory, replaceEntry } from './memory.ts';
import { isRecovery, type Notice, subjectOf } from './notice.ts';

const share = (one: Entry, other: Entry) =>
  one.channel === other.channel &&
  one.notices.some((notice) => other.notices.some((another) => subjectOf(another) === subjectOf(notice)));

/** News of one subject stay in order. Only a refused message lets others pass, and never the recovery behind it. */
export function isBehind(entry: Entry, outbox: readonly Entry[]): boolean {
  const earlier = outbox.slice(0, outbox.indexOf(entry)).filter((one) => share(one, entry));
  return earlier.some((one) => !one.refused || entry.notices.some(isRecovery));
}

/** What may be delivered now: of each channel that is free the one that was tried least, then the oldest. */
function readyEntries({ policy, now, channels, outbox }: NotificationsMemory): readonly Entry[] {
  return Object.entries(channels).flatMap(([name, { pausedUntil }]) => {
    const own = outbox.filter(({ channel }) => channel === name);
    if (pausedUntil > now || own.some(({ lane }) => lane !== null)) return [];
    // What lies beyond the bound may still be merged, and is therefore never tried there.
    const ready = own.slice(0, policy.outboxMax).filter((entry) => entry.notBefore <= now && !isBehind(entry, own));
    return [...ready].sort((one, other) => one.attempts - other.attempts).slice(0, 1);
  });
}

/** What the free lane delivers next. Free lanes choose at the same time: each leaves as many to those before it. */
export function nextEntry(memory: NotificationsMemory, lane: number): Entry | null {
  const busy = new Set(memory.outbox.map((entry) => entry.lane));
  let rank = 0;
  for (let before = 1; before < lane; before++) if (!busy.has(before)) rank += 1;
  return readyEntries(memory)[rank] ?? null;
}

/** The lane begins with the next entry. */
export function takeEntry(memory: NotificationsMemory, lane: number): NotificationsMemory {
  const entry = nextEntry(memory, lane);
  if (entry === null) return memory;
  return withoutPassed(replaceEntry(memory, entry, { lane, attempts: entry.attempts + 1 }), entry);
}

/**
 * A recovery that was refused, and that newer bad news of its subject have passed, is void: told after them, it would say
 * that all is well. What else its message tells is still told, under the same id.
 */
function withoutPassed(memory: NotificationsMemory, { id, channel, notices }: Entry): NotificationsMemory {
  const bad = new Set(notices.filter((notice) => !isRecovery(notice)).map(subjectOf));
  const isVoid = (notice: Notice) => isRecovery(notice) && bad.has(subjectOf(notice));
  const place = memory.outbox.findIndex((one) => one.id === id);
  const outbox = memory.outbox.flatMap((one, at) => {
    if (at >= place || one.channel !== channel || !one.notices.some(isVoid)) return [one];
    const left = one.notices.filter((notice) => !isVoid(notice));
    return left.length + one.omitted === 0 ? [] : [{ ...one, notices: left }];
  });
  return { ...memory, outbox };
}

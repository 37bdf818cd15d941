/**
 * The outbox, pure: messages wait for their channel, are tried again, and at last given up unless they are vital. Whose
 * turn it is says `turns.ts`.
 */
import { backoffMs } from '../backoff.ts';
import type { Reason } from '../events.ts';
import {
  type Batch,
  change,
  count,
  decide,
  type Entry,
  type NotificationsMemory,
  replaceEntry,
  without,
} from './memory.ts';
import { entryOf, entryWords, gotAfter } from './message.ts';
import { isRecovery, type Message, type Notice, subjectOf, topicOf } from './notice.ts';
import { isBehind } from './turns.ts';

/** Most notices of one message, but for what must arrive. */
const noticesMax = 100;

export const isVital = (notice: Notice) => notice.severity === 'critical' || isRecovery(notice);

/** A batch that is too large keeps the newest of those that are alike, then what is worse; never fewer than what is vital. */
export function withNotices(batch: Batch, more: readonly Notice[]): Batch {
  const all = [...batch.notices, ...more];
  if (all.length <= noticesMax) return { ...batch, notices: all };
  const alike = (one: Notice) => `${subjectOf(one)} ${topicOf(one)}`;
  const newest = new Map(all.map((notice) => [alike(notice), notice]));
  let left = all.filter((notice) => newest.get(alike(notice)) === notice);
  for (const severity of ['info', 'warning'] as const) {
    let surplus = left.length - noticesMax;
    left = left.filter((notice) => isVital(notice) || notice.severity !== severity || surplus-- <= 0);
  }
  return { ...batch, notices: left, omitted: batch.omitted + all.length - left.length };
}

interface Content {
  readonly kind?: Message['kind'];
  readonly notices?: readonly Notice[];
  readonly omitted?: number;
}

/** Puts a message at the end of the outbox. */
export function enqueue(memory: NotificationsMemory, name: string, content: Content): NotificationsMemory {
  const { notices = [], omitted = 0 } = content;
  const kind = content.kind ?? (notices.length + omitted === 1 ? 'notice' : 'group');
  const messages = memory.messages + 1;
  const entry: Entry = {
    id: `${memory.now.toString(36)}-${messages}`,
    channel: name,
    kind,
    notices,
    omitted,
    enqueuedAt: memory.now,
    attempts: 0,
    notBefore: 0,
    refused: false,
    uncertain: false,
    lane: null,
  };
  return trim({ ...memory, messages, outbox: [...memory.outbox, entry] }, name);
}

const mustArrive = ({ notices }: Entry) => notices.some(isVital);

/** The oldest mild message makes room. What is vital is never dropped: beyond the bound it becomes one message. */
function trim(memory: NotificationsMemory, name: string): NotificationsMemory {
  const { outboxMax } = memory.policy;
  const own = memory.outbox.filter(({ channel }) => channel === name);
  if (own.length <= outboxMax) return memory;
  const mild = own.filter((entry) => entry.lane === null && !mustArrive(entry));
  const victim = mild.find((entry) => entryWords(entry).severity !== 'warning') ?? mild[0];
  if (victim !== undefined) {
    const dropped = change(forget(memory, victim), name, count('dropped'));
    const what = `Dropped: "${entryWords(victim).subject}" for ${name}.`;
    return decide(dropped, { what, because: `${outboxMax} messages wait already, and others are more urgent.` });
  }
  const [last, next] = own.slice(outboxMax);
  if (!last || !next || last.attempts + next.attempts > 0) return memory;
  const merged = withNotices(
    { closesAt: 0, notices: last.notices, omitted: last.omitted + next.omitted },
    next.notices,
  );
  const entry: Entry = { ...last, kind: 'group', notices: merged.notices, omitted: merged.omitted };
  return { ...memory, outbox: memory.outbox.flatMap((one) => (one === last ? [entry] : one === next ? [] : [one])) };
}

/** The entry leaves without having arrived: its facts may be told again, and whoever never had them gets no recovery. */
function forget(memory: NotificationsMemory, entry: Entry): NotificationsMemory {
  const left = { ...memory, outbox: memory.outbox.filter((one) => one !== entry) };
  return change(left, entry.channel, (channel) => {
    const told = { ...channel.told };
    for (const notice of entry.notices) {
      const subject = subjectOf(notice);
      if (told[subject]) told[subject] = without(told[subject], topicOf(notice));
    }
    return { told, got: entry.uncertain ? gotAfter(channel.got, entry) : channel.got };
  });
}

/** The receiver has it. */
export function noteDelivered(memory: NotificationsMemory, lane: number, warning?: string): NotificationsMemory {
  const entry = entryOf(memory, lane);
  if (entry === undefined) return memory;
  const left = { ...memory, outbox: memory.outbox.filter((one) => one !== entry) };
  const noted = change(left, entry.channel, (channel) => ({
    ...count('delivered')(channel),
    got: gotAfter(channel.got, entry),
    failures: 0,
    pausedUntil: 0,
    deliveredAt: memory.now,
    error: null,
  }));
  if (warning === undefined) return noted;
  return decide(noted, {
    what: `Delivered in part: "${entryWords(entry).subject}" by ${entry.channel}.`,
    because: warning,
  });
}

/** Failures that leave no doubt: the receiver does not have it. */
const certain = new Set(['SW_REFUSED', 'SW_UNAUTHORISED', 'SW_TLS_UNTRUSTED', 'SW_UNREACHABLE', 'SW_NOT_FOUND']);

/** It is tried again. A receiver that refuses this message alone stays open for others; else the channel rests. */
export function noteFailed(
  memory: NotificationsMemory,
  lane: number,
  { reason, retryAfterMs = 0 }: { readonly reason: Reason; readonly retryAfterMs?: number },
): NotificationsMemory {
  const entry = entryOf(memory, lane);
  if (entry === undefined) return memory;
  if (!memory.channels[entry.channel]) return forget(memory, entry); // the configuration lost it meanwhile
  const refused = reason.code === 'SW_REFUSED';
  const { retry } = memory.policy;
  const notBefore = refused ? memory.now + backoffMs(retry, entry.attempts - 1, entry.id) : 0;
  const uncertain = entry.uncertain || !certain.has(reason.code);
  const back = replaceEntry(memory, entry, { lane: null, refused: entry.refused || refused, notBefore, uncertain });
  return change(back, entry.channel, ({ failures, pausedUntil }) => {
    const error = { ...reason, at: memory.now };
    if (refused) return { error };
    const pauseMs = Math.max(backoffMs(retry, failures, entry.channel), retryAfterMs);
    return { error, failures: failures + 1, pausedUntil: Math.max(pausedUntil, memory.now + pauseMs) };
  });
}

/** Lets go of what waited too long, and of recoveries that nobody is owed. */
export function tidy(memory: NotificationsMemory): NotificationsMemory {
  let next = memory;
  for (const entry of next.outbox) if (isOverdue(next, entry)) next = giveUp(next, entry);
  for (const entry of next.outbox) if (isUnowed(next, entry)) next = forget(next, entry);
  return next;
}

export const givenUpAt = ({ policy }: NotificationsMemory, entry: Entry): number | null =>
  entry.lane === null && !mustArrive(entry) ? entry.enqueuedAt + policy.retry.giveUpAfterMs : null;

function isOverdue(memory: NotificationsMemory, entry: Entry): boolean {
  const limit = givenUpAt(memory, entry);
  return limit !== null && limit <= memory.now;
}

function giveUp(memory: NotificationsMemory, entry: Entry): NotificationsMemory {
  const { error = null } = memory.channels[entry.channel] ?? {};
  return decide(change(forget(memory, entry), entry.channel, count('givenUp')), {
    what: `Given up: "${entryWords(entry).subject}" for ${entry.channel}.`,
    because: error?.message ?? 'It could not be delivered in time.',
    evidence: { message: entry.id, attempts: entry.attempts, enqueuedAt: entry.enqueuedAt },
  });
}

/** A recovery whose bad news never arrived: judged when nothing of its subject is before it any more. */
function isUnowed({ channels, outbox }: NotificationsMemory, entry: Entry): boolean {
  if (entry.lane !== null || entry.notices.length === 0 || !entry.notices.every(isRecovery)) return false;
  const got = channels[entry.channel]?.got ?? {};
  return !isBehind(entry, outbox) && entry.notices.every((notice) => got[subjectOf(notice)] === undefined);
}

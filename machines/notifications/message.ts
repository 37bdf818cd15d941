/** The message of an entry, as its channel gets it, and what its receiver then knows. */
import type { ChannelMemory, Entry, NotificationsMemory } from './memory.ts';
import { dedupKeyOf, isRecovery, type Message, type Severity, severityOf, subjectOf } from './notice.ts';
import { wordsOf } from './words.ts';

/** How many keys of bad news are remembered for one subject. */
const keysMax = 20;

function keyOf({ id, notices }: Pick<Entry, 'id' | 'notices'>): string {
  const keys = new Set(notices.map(dedupKeyOf));
  return keys.size === 1 ? ([...keys][0] ?? id) : `group/${id}`;
}

/** What a receiver knows of once it has that message. */
export function gotAfter(got: ChannelMemory['got'], entry: Entry): ChannelMemory['got'] {
  const key = keyOf(entry);
  const known = new Map(Object.entries(got));
  for (const notice of entry.notices) {
    const subject = subjectOf(notice);
    if (isRecovery(notice)) known.delete(subject);
    else known.set(subject, [...new Set([...(known.get(subject) ?? []), key])].slice(-keysMax));
  }
  return Object.fromEntries(known);
}

/** What the lane delivers. */
export const entryOf = ({ outbox }: NotificationsMemory, lane: number): Entry | undefined =>
  outbox.find((entry) => entry.lane === lane);

/** The message of the lane, as its channel gets it. */
export function messageOf(memory: NotificationsMemory, lane: number): { channel: string; message: Message } | null {
  const entry = entryOf(memory, lane);
  if (entry === undefined) return null;
  const { id, channel, kind, notices, omitted } = entry;
  const got = memory.channels[channel]?.got ?? {};
  const after = new Set(Object.values(gotAfter(got, entry)).flat());
  const resolves = [...new Set(Object.values(got).flat())].filter((key) => !after.has(key));
  const words = entryWords(entry);
  const dedupKey = notices.length === 0 ? `${kind}/${channel}` : keyOf(entry);
  return { channel, message: { id, kind, ...words, dedupKey, resolves, notices, omitted, at: entry.enqueuedAt } };
}

export function entryWords({ kind, channel, notices, omitted }: Entry): {
  severity: Severity;
  subject: string;
  text: string;
} {
  if (kind === 'heartbeat') return { severity: 'info', subject: 'info: Still watching', text: 'Still watching.' };
  if (kind === 'test') {
    const text = `This is a test of the channel "${channel}". Nothing has happened, and nothing is to be done.`;
    return { severity: 'info', subject: `info: A test of the channel "${channel}"`, text };
  }
  return { severity: severityOf(notices), ...wordsOf(notices, omitted) };
}

/** What the notifications remember: plain JSON, one part for each channel, and one outbox for all. */
import type { Reason } from '../events.ts';
import type { Decision } from '../foundation.ts';
import type { Message, Notice } from './notice.ts';
import type { NotificationPolicy } from './policy.ts';

/** Notices that wait to become one message. */
export interface Batch {
  readonly closesAt: number;
  readonly notices: readonly Notice[];
  /** How many were left out, because too many were alike or there were too many. */
  readonly omitted: number;
}

/** A message on its way. */
export interface Entry {
  readonly id: string;
  readonly channel: string;
  readonly kind: Message['kind'];
  readonly notices: readonly Notice[];
  readonly omitted: number;
  readonly enqueuedAt: number;
  readonly attempts: number;
  /** It is not tried before; set while the receiver refuses this one message. */
  readonly notBefore: number;
  readonly refused: boolean;
  /** A try ended without telling whether the receiver has it. */
  readonly uncertain: boolean;
  /** The number of the lane that delivers it at this moment. */
  readonly lane: number | null;
}

export interface ChannelMemory {
  /** When a kind and reason was last told, by subject: for as long as repetitions are suppressed. */
  readonly told: { readonly [subject: string]: { readonly [topic: string]: number } };
  /** Subjects of which bad news are on the way or there, without a recovery yet. */
  readonly bad: { readonly [subject: string]: { readonly critical: boolean } };
  /** Keys of the bad news that the receiver has, by subject. */
  readonly got: { readonly [subject: string]: readonly string[] };
  /** Times of the last notices; bounded by the group's `max`. */
  readonly recent: readonly number[];
  readonly group: Batch | null;
  readonly held: Batch | null;
  /** Failed deliveries in a row, and until when the channel rests. */
  readonly failures: number;
  readonly pausedUntil: number;
  readonly heartbeatAt: number | null;
  readonly deliveredAt: number | null;
  readonly error: (Reason & { readonly at: number }) | null;
  readonly counts: { readonly [count in Count]: number };
}
type Count = 'delivered' | 'suppressed' | 'dropped' | 'givenUp';

export interface NotificationsMemory {
  readonly policy: NotificationPolicy;
  readonly now: number;
  /** For when the timer is set. */
  readonly armedFor: number | null;
  readonly stormSince: number | null;
  readonly channels: { readonly [channel: string]: ChannelMemory };
  /** Oldest first; bounded for each channel. */
  readonly outbox: readonly Entry[];
  /** The last notices, by id; bounded. */
  readonly knownIds: readonly string[];
  /** How many messages there were: gives each its id. */
  readonly messages: number;
  /** Made in this step, and recorded with it. */
  readonly decisions: readonly Decision[];
}

/** A channel that was told nothing yet. */
export function newChannel(heartbeatAt: number | null): ChannelMemory {
  return {
    told: {},
    bad: {},
    got: {},
    recent: [],
    group: null,
    held: null,
    failures: 0,
    pausedUntil: 0,
    heartbeatAt,
    deliveredAt: null,
    error: null,
    counts: { delivered: 0, suppressed: 0, dropped: 0, givenUp: 0 },
  };
}

type Change = Partial<ChannelMemory>;

/** The memory with a part of one channel changed; the same for a channel that is gone. */
export function change(memory: NotificationsMemory, name: string, part: (channel: ChannelMemory) => Change) {
  const channel = memory.channels[name];
  if (channel === undefined) return memory;
  return { ...memory, channels: { ...memory.channels, [name]: { ...channel, ...part(channel) } } };
}

/** The memory with a part of one message changed. */
export const replaceEntry = (memory: NotificationsMemory, entry: Entry, part: Partial<Entry>): NotificationsMemory => ({
  ...memory,
  outbox: memory.outbox.map((one) => (one === entry ? { ...one, ...part } : one)),
});

export const count = (what: Count) => (channel: ChannelMemory) => ({
  counts: { ...channel.counts, [what]: channel.counts[what] + 1 },
});

export const decide = (memory: NotificationsMemory, decision: Decision): NotificationsMemory => ({
  ...memory,
  decisions: [...memory.decisions, decision],
});

export function without<Value>(values: { readonly [name: string]: Value }, name: string) {
  const { [name]: _gone, ...others } = values;
  return others;
}

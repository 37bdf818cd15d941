/** Drives the notifications through the product's step in virtual time: facts in, deliveries out, answers back. */

import type { NotificationsMemory } from '../../machines/notifications/memory.ts';
import type { Notice } from '../../machines/notifications/notice.ts';
import { notificationPolicySchema } from '../../machines/notifications/policy.ts';
import type { Delivery, DeliveryAnswer } from '../../machines/notifications.ts';
import { notificationsMachine } from '../../machines/notifications.ts';
import type { Json } from '../../src/core/json.ts';
import { fullId } from '../../src/core/record.ts';
import type { Instance } from '../../src/core/snapshot.ts';
import { begin, type Stepped, step } from '../../src/core/step.ts';
import type { Stimulus } from '../../src/core/stimulus.ts';

/** Thursday, 2026-01-15, 12:00 UTC. */
export const noon = Date.UTC(2026, 0, 15, 12);

let raised = 0;

/** A notice with sensible members; of an id of its own unless one is given. */
export function noticeOf(part: Partial<Notice> = {}): Notice {
  raised += 1;
  return {
    id: `n${raised}`,
    at: noon,
    integration: 'hq',
    kind: 'incident-opened',
    severity: 'critical',
    title: 'The counts differ.',
    reason: { code: 'counts-differ', message: '12 cardholders are missing.' },
    incident: 'incident-1',
    next: 'The plugin is restarted at 14:32.',
    ...part,
  };
}

export const recovered = (part: Partial<Notice> = {}): Notice =>
  noticeOf({
    kind: 'recovered',
    severity: 'resolved',
    title: 'It is over.',
    reason: { code: 'recovered', message: 'Both sides were proven equal.' },
    next: null,
    ...part,
  });

type Channels = { readonly [name: string]: object };

export const policyOf = (channels: Channels, rules: object = {}) =>
  notificationPolicySchema.parse({ channels, ...rules });

export class Desk {
  at: number;
  instance: Instance;
  readonly decisions: string[] = [];
  /** What was handed to receivers, in order, by channel and subject of the message. */
  readonly tried: Delivery[] = [];

  constructor(channels: Channels, rules: object = {}, at = noon) {
    this.at = at;
    const policy = policyOf(channels, rules);
    this.instance = this.#note(begin(notificationsMachine, { key: 'notifications', input: { policy }, at }));
  }

  get memory(): NotificationsMemory {
    return this.instance.record.snapshot.context as unknown as NotificationsMemory; // written by the machine
  }

  /** What is under way, by channel. */
  get under(): { readonly [channel: string]: Delivery['message'] } {
    const inputs = Object.values(this.instance.record.executions).map(({ input }) => input as unknown as Delivery);
    return Object.fromEntries(inputs.map(({ channel, message }) => [channel, message]));
  }

  raise(part: Partial<Notice> = {}): this {
    return this.send('notice.raised', { notice: noticeOf({ at: this.at, ...part }) });
  }

  recover(part: Partial<Notice> = {}): this {
    return this.send('notice.raised', { notice: recovered({ at: this.at, ...part }) });
  }

  send(type: string, members: object = {}): this {
    return this.#step({ kind: 'event', event: { type, at: this.at, ...members } });
  }

  /** The receiver of the channel takes what is under way. */
  take(channel: string, more: object = {}): this {
    const output: DeliveryAnswer = { at: this.at, ...more };
    return this.#step({ kind: 'done', execution: this.#execution(channel), output: output as Json, at: this.at });
  }

  fail(channel: string, code = 'SW_SERVER_FAILED'): this {
    const error = { code, message: 'The receiver is ill.' };
    return this.#step({ kind: 'failed', execution: this.#execution(channel), error, at: this.at });
  }

  /** Receivers take everything that is under way and follows from it. */
  takeAll(): this {
    for (let [channel] = Object.keys(this.under); channel !== undefined; [channel] = Object.keys(this.under))
      this.take(channel);
    return this;
  }

  /** Lets time pass; what falls due happens at its time. */
  later(ms: number): this {
    const until = this.at + ms;
    for (;;) {
      const timers = Object.values(this.instance.record.timers).sort((one, other) => one.dueAt - other.dueAt);
      const [next] = timers;
      if (!next || next.dueAt > until) break;
      this.at = Math.max(this.at, next.dueAt);
      this.#step({ kind: 'timer', token: next.token, at: this.at });
    }
    this.at = until;
    return this;
  }

  #execution(channel: string): string {
    const { record } = this.instance;
    const of = ({ input }: { input: Json }) => (input as unknown as Delivery).channel;
    const found = Object.values(record.executions).find((execution) => of(execution) === channel);
    if (!found) throw new Error(`nothing is under way for ${channel}`);
    return fullId(record, found.token);
  }

  #step(stimulus: Stimulus): this {
    const stepped = step(notificationsMachine, this.instance, stimulus);
    if (stepped.kind === 'dropped') throw new Error(`dropped: ${stepped.because}`);
    this.instance = this.#note(stepped);
    return this;
  }

  #note({ instance, decisions, effects }: Stepped): Instance {
    const { status, error } = instance.record.snapshot;
    if (status !== 'active') throw new Error(`the machine ended: ${JSON.stringify(error)}`);
    this.decisions.push(...decisions.map(({ what }) => what));
    for (const effect of effects)
      if (effect.kind === 'execute') this.tried.push(effect.execution.input as unknown as Delivery);
    return instance;
  }
}

/** Channel, kind of the message, and the ids of its notices, as the receivers saw them. */
export const seen = ({ tried }: Desk) =>
  tried.map(({ channel, message }) => `${channel} ${message.notices.map(({ id }) => id).join('+') || message.kind}`);

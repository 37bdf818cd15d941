/**
 * Pending timers of all instances, fired once each, in the order in which they are due.
 *
 * A deadline is a time of day, but a delay in progress is a length of time (decision 0008): when the clock is set back,
 * the pending deadlines move with it, told by the clock that never jumps. When it is set forward, what is past fires, but
 * for delays that are lengths of time by their author's word: those move along.
 */
import TinyQueue from 'tinyqueue';
import type { Clock } from '../../core/clock.ts';

interface Pending {
  readonly key: string;
  readonly token: string;
  /** In the time of {@link Timers.#timeline}. */
  dueAt: number;
  /** Whether the clock may not shorten it. */
  readonly isLength: boolean;
  /** Order of being set, for deadlines that are equal. */
  readonly order: number;
  cancelled: boolean;
}

/** Longest sleep before the clock is looked at again: a clock set forward is noticed within a minute. */
const sleepMsMax = 60_000;
/** Timers fired before others get their turn. */
const sliceMax = 200;
/** A smaller difference between the two clocks is their own inaccuracy, and adjustments that time servers make. */
const jumpMsMin = 500;

export class Timers {
  readonly #clock: Clock;
  readonly #fire: (key: string, token: string) => void;
  #queue = new TinyQueue<Pending>([], soonerFirst);
  readonly #byName = new Map<string, Pending>();
  #order = 0;
  /** How far the time of the queue is ahead of the clock: what the clock was set back by, and not forward again. */
  #setBackMs = 0;
  /** Wall clock minus the clock that never jumps, when last looked at. */
  #difference: number;
  #cancelSleep: (() => void) | null = null;
  #wakesAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(clock: Clock, fire: (key: string, token: string) => void) {
    this.#clock = clock;
    this.#fire = fire;
    this.#difference = clock.now() - clock.monotonic();
  }

  /**
   * Fires at `dueAt` (epoch milliseconds), or as soon as it can when that is past; `isLength`: not before so much time has
   * really passed.
   */
  set(key: string, token: string, dueAt: number, isLength = false): void {
    if (this.#closed) return;
    this.#look();
    const inQueue = { dueAt: dueAt + this.#setBackMs, order: this.#order++ };
    const pending = { key, token, ...inQueue, isLength, cancelled: false };
    this.#byName.set(nameOf(key, token), pending);
    this.#queue.push(pending);
    if (pending.dueAt < this.#wakesAt) this.#sleep();
  }

  cancel(key: string, token: string): void {
    const name = nameOf(key, token);
    const pending = this.#byName.get(name);
    if (!pending) return;
    pending.cancelled = true;
    this.#byName.delete(name);
    // Cancelled ones leave the queue when their time comes; a machine that sets and cancels all the time must not fill it.
    if (this.#queue.length > 1_000 && this.#queue.length > 2 * this.#byName.size)
      this.#queue = new TinyQueue([...this.#byName.values()], soonerFirst);
  }

  close(): void {
    this.#closed = true;
    this.#byName.clear();
    this.#cancelSleep?.();
    this.#cancelSleep = null;
  }

  /** The time of the queue: the wall clock without the jumps back that it has made. */
  #timeline(): number {
    return this.#clock.now() + this.#setBackMs;
  }

  /** Notices a clock that was set back, and one that was set forward: as far as it has shown before, or beyond. */
  #look(): void {
    const difference = this.#clock.now() - this.#clock.monotonic();
    const jumpMs = difference - this.#difference;
    this.#difference = difference;
    if (Math.abs(jumpMs) < jumpMsMin) return;
    const skippedMs = jumpMs - this.#setBackMs;
    this.#setBackMs = Math.max(0, -skippedMs);
    if (skippedMs <= 0) return;
    this.#postponeLengths(skippedMs);
    this.#wakesAt = Number.POSITIVE_INFINITY; // a time from before it: how long to sleep is worked out anew
  }

  #postponeLengths(ms: number): void {
    const all = [...this.#byName.values()];
    for (const pending of all) if (pending.isLength) pending.dueAt += ms;
    this.#queue = new TinyQueue(all, soonerFirst);
  }

  #sleep(): void {
    this.#cancelSleep?.();
    this.#cancelSleep = null;
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const next = this.#queue.peek();
    if (next === undefined) return;
    this.#wakesAt = next.dueAt;
    const delayMs = Math.min(Math.max(0, next.dueAt - this.#timeline()), sleepMsMax);
    this.#cancelSleep = this.#clock.schedule(delayMs, () => this.#wake());
  }

  #wake(): void {
    this.#cancelSleep = null;
    this.#look();
    const now = this.#timeline();
    for (let fired = 0; fired < sliceMax; ) {
      const next = this.#queue.peek();
      if (this.#closed || next === undefined || next.dueAt > now) break;
      this.#queue.pop();
      if (next.cancelled) continue; // perhaps by an earlier one of this round
      this.#byName.delete(nameOf(next.key, next.token));
      this.#fire(next.key, next.token);
      fired += 1;
    }
    if (!this.#closed) this.#sleep();
  }
}

const soonerFirst = (one: Pending, other: Pending) => one.dueAt - other.dueAt || one.order - other.order;

const nameOf = (key: string, token: string) => `${token} ${key}`;

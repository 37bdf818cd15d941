/** Pending timers of all instances, fired at their absolute deadlines in due order. */
import type { Clock } from '../../core/clock.ts';
import type { Timer } from '../../core/record.ts';

interface Pending {
  readonly key: string;
  readonly timer: Timer;
}

/** Longest sleep before the clock is looked at again: a clock set forward is noticed within a minute. */
const sleepMsMax = 60_000;

export class Timers {
  readonly #pending = new Map<string, Pending>();
  readonly #clock: Clock;
  readonly #fire: (key: string, timer: Timer) => void;
  #cancel: (() => void) | null = null;
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, fire: (key: string, timer: Timer) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  set(key: string, timer: Timer): void {
    this.#pending.set(timer.token, { key, timer });
    if (timer.dueAt < this.#wakesAt) this.#sleep();
  }

  cancel(timer: Timer): void {
    this.#pending.delete(timer.token);
  }

  close(): void {
    this.#pending.clear();
    this.#cancel?.();
    this.#cancel = null;
  }

  #sleep(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (this.#pending.size === 0) return;
    let dueAt = Number.POSITIVE_INFINITY;
    for (const { timer } of this.#pending.values()) dueAt = Math.min(dueAt, timer.dueAt);
    this.#wakesAt = dueAt;
    const delayMs = Math.min(Math.max(0, dueAt - this.#clock.now()), sleepMsMax);
    this.#cancel = this.#clock.schedule(delayMs, () => this.#wake());
  }

  #wake(): void {
    this.#cancel = null;
    const now = this.#clock.now();
    const due = [...this.#pending.values()].filter(({ timer }) => timer.dueAt <= now);
    due.sort((a, b) => a.timer.dueAt - b.timer.dueAt);
    for (const { key, timer } of due) {
      // An earlier timer of this round may have cancelled this one.
      if (this.#pending.delete(timer.token)) this.#fire(key, timer);
    }
    this.#sleep();
  }
}

/** Time that passes only when the simulation says so: a week takes as long as the work in it. */
import TinyQueue from 'tinyqueue';
import type { Clock } from '../core/clock.ts';

interface Timer {
  /** On the clock that never jumps, as the timers of a system are. */
  readonly dueAt: number;
  readonly order: number;
  callback: (() => void) | null;
}

export class VirtualClock implements Clock {
  #monotonic = 0;
  /** Wall clock minus the clock that never jumps. */
  #offset: number;
  #order = 0;
  readonly #timers = new TinyQueue<Timer>([], (one, other) => one.dueAt - other.dueAt || one.order - other.order);

  constructor(startMs = Date.UTC(2026, 0, 5)) {
    this.#offset = startMs;
  }

  now(): number {
    return this.#monotonic + this.#offset;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueAt: this.#monotonic + delayMs, order: this.#order++, callback };
    this.#timers.push(timer);
    return () => {
      timer.callback = null; // it leaves the queue when its time comes
    };
  }

  /** Sets the wall clock without firing anything, as an administrator, a time server or a sleep of the machine does. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  /** When the next timer is due, on the clock that never jumps; null when there is none. */
  get nextDueAt(): number | null {
    return this.#next()?.dueAt ?? null;
  }

  /** Moves to the next timer and calls it; false when there is none. */
  fireNext(): boolean {
    const next = this.#next();
    if (next === undefined) return false;
    this.#timers.pop();
    this.#monotonic = Math.max(this.#monotonic, next.dueAt);
    next.callback?.();
    return true;
  }

  /** Lets time pass. Timers that fall due are called in their order, each at its own moment. */
  pass(ms: number): void {
    const until = this.#monotonic + ms;
    for (let dueAt = this.nextDueAt; dueAt !== null && dueAt <= until; dueAt = this.nextDueAt) this.fireNext();
    // A callback may let time pass by itself.
    this.#monotonic = Math.max(this.#monotonic, until);
  }

  #next(): Timer | undefined {
    for (let next = this.#timers.peek(); next !== undefined; next = this.#timers.peek()) {
      if (next.callback !== null) return next;
      this.#timers.pop();
    }
    return undefined;
  }
}

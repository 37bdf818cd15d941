/** Time that passes only when the simulation says so: a week takes as long as the work in it. */
import type { Clock } from '../core/clock.ts';

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 5)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    this.#order += 1;
    const timer = { dueAt: this.#now + delayMs, order: this.#order, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass. Timers that fall due are called in their order, each at its own moment. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#next(); next && next.dueAt <= until; next = this.#next()) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callback();
    }
    // A callback may let time pass by itself.
    this.#now = Math.max(this.#now, until);
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers)
      if (!next || timer.dueAt < next.dueAt || (timer.dueAt === next.dueAt && timer.order < next.order)) next = timer;
    return next;
  }
}

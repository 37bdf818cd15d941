/** A clock that only moves when told: timers fire in due order, with everything awaited in between. */
import type { Clock } from '../../src/core/clock.ts';

interface Scheduled {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #scheduled = new Set<Scheduled>();

  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry = { dueAt: this.#now + delayMs, order: this.#order++, callback };
    this.#scheduled.add(entry);
    return () => this.#scheduled.delete(entry);
  }

  /** Sets the clock without firing anything, as an administrator or a time server does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** When the next timer is due, or null. */
  get nextDueAt(): number | null {
    return this.#next()?.dueAt ?? null;
  }

  /** Moves to the next due timer and fires it; false when nothing is scheduled. */
  async tick(): Promise<boolean> {
    await settle();
    const next = this.#next();
    if (!next) return false;
    this.#scheduled.delete(next);
    this.#now = Math.max(this.#now, next.dueAt);
    next.callback();
    await settle();
    return true;
  }

  /** Lets `ms` milliseconds pass, firing whatever falls due. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#next(); next && next.dueAt <= until; next = this.#next()) await this.tick();
    this.#now = until;
    await settle();
  }

  #next(): Scheduled | undefined {
    let next: Scheduled | undefined;
    for (const entry of this.#scheduled)
      if (!next || entry.dueAt < next.dueAt || (entry.dueAt === next.dueAt && entry.order < next.order)) next = entry;
    return next;
  }
}

/** Lets everything that needs no time finish: promise chains, and callbacks that were already queued. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

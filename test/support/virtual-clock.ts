/** A clock that only moves when told: timers fire in due order, with everything awaited in between. */
import type { Clock } from '../../src/core/clock.ts';

interface Scheduled {
  /** On the clock that never jumps, as the timers of a system are. */
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  /** Wall clock minus the clock that never jumps. */
  #offset: number;
  #monotonic = 0;
  #order = 0;
  readonly #scheduled = new Set<Scheduled>();

  constructor(startMs = 1_700_000_000_000) {
    this.#offset = startMs;
  }

  now(): number {
    return this.#monotonic + this.#offset;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry = { dueAt: this.#monotonic + delayMs, order: this.#order++, callback };
    this.#scheduled.add(entry);
    return () => this.#scheduled.delete(entry);
  }

  /** Sets the wall clock without firing anything, as an administrator, a time server or a sleep of the machine does. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  /** When the next timer is due, or null. */
  get nextDueAt(): number | null {
    const next = this.#next();
    return next ? next.dueAt + this.#offset : null;
  }

  /** Moves to the next due timer and fires it; false when nothing is scheduled. */
  async tick(): Promise<boolean> {
    await settle();
    const next = this.#next();
    if (!next) return false;
    this.#scheduled.delete(next);
    this.#monotonic = Math.max(this.#monotonic, next.dueAt);
    next.callback();
    await settle();
    return true;
  }

  /** Lets `ms` milliseconds pass, firing whatever falls due. */
  async advance(ms: number): Promise<void> {
    const until = this.#monotonic + ms;
    await settle();
    for (let next = this.#next(); next && next.dueAt <= until; next = this.#next()) await this.tick();
    this.#monotonic = until;
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

/** One life of a process, inside this one: after {@link Life.kill} nothing that it began has any effect. */
import type { Clock } from '../core/clock.ts';

/** What a dead process waits for; its own each time, because a promise keeps alive whoever waits for it. */
export const forEver = () => new Promise<never>(() => {});

export class Life {
  #isOver = false;
  readonly #clock: Clock;
  readonly #bornAt: number;
  /** Cancels what waits for its time, and ends the processes that die with this one. */
  readonly #ends = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bornAt = clock.monotonic();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The clock as this process sees it: its callbacks die with it, and its monotonic time starts anew. */
  readonly clock: Clock = {
    now: () => this.#clock.now(),
    monotonic: () => this.#clock.monotonic() - this.#bornAt,
    schedule: (delayMs, callback) => {
      if (this.#isOver) return () => {};
      const cancel = this.#clock.schedule(delayMs, () => {
        this.#ends.delete(cancel);
        callback();
      });
      this.#ends.add(cancel);
      return () => {
        this.#ends.delete(cancel);
        cancel();
      };
    },
  };

  /** A process that this one has started, and that dies with it. */
  child(): Life {
    const child = new Life(this.#clock);
    if (this.#isOver) child.kill();
    this.#ends.add(() => child.kill());
    return child;
  }

  /** Calls back when it ends; answers what takes that back. */
  onEnd(callback: () => void): () => void {
    this.#ends.add(callback);
    return () => this.#ends.delete(callback);
  }

  /** The same function, which a dead process does not call, and from which it hears nothing. */
  bound<Arguments extends readonly unknown[], Result>(
    call: (...args: Arguments) => Promise<Result>,
  ): (...args: Arguments) => Promise<Result> {
    return async (...args) => {
      if (this.#isOver) return forEver();
      try {
        const result = await call(...args);
        return this.#isOver ? forEver() : result;
      } catch (error) {
        if (this.#isOver) return forEver();
        throw error;
      }
    };
  }

  kill(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}

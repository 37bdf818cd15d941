/** One life of a process, inside this one: after {@link Life.kill} nothing that it began has any effect. */
import type { Clock } from '../../../src/core/clock.ts';

const never = new Promise<never>(() => {});

export class Life {
  #isOver = false;
  readonly #clock: Clock;
  readonly #bornAt: number;
  readonly #cancels = new Set<() => void>();

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
        this.#cancels.delete(cancel);
        callback();
      });
      this.#cancels.add(cancel);
      return () => {
        this.#cancels.delete(cancel);
        cancel();
      };
    },
  };

  /** The same function, which a dead process does not call, and from which it hears nothing. */
  bound<Arguments extends readonly unknown[], Result>(
    call: (...args: Arguments) => Promise<Result>,
  ): (...args: Arguments) => Promise<Result> {
    return async (...args) => {
      if (this.#isOver) return never;
      try {
        const result = await call(...args);
        return this.#isOver ? never : result;
      } catch (error) {
        if (this.#isOver) return never;
        throw error;
      }
    };
  }

  kill(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}

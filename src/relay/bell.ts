/** Wakes whoever waits for something to change, at the latest when his time is up. */
import type { Clock } from '../core/clock.ts';

export class Bell {
  readonly #clock: Clock;
  readonly #wake = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wakes everybody who waits. */
  ring(): void {
    for (const wake of [...this.#wake]) wake();
  }

  /** Resolves at the next ring, after `delayMs` milliseconds (null: never), or when the signal aborts. */
  wait(delayMs: number | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      let cancel = () => {};
      const wake = () => {
        this.#wake.delete(wake);
        cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (delayMs !== null) cancel = this.#clock.schedule(Math.max(0, delayMs), wake);
    });
  }
}

/** How long to leave a side alone that fails: longer with each failure in a row, up to a bound. */
import type { Clock } from '../core/clock.ts';
import { type ErrorData, toErrorData } from '../core/errors.ts';
import type { RelayLimits } from './relay-limits.ts';

export class Backoff {
  readonly #clock: Clock;
  readonly #limits: Pick<RelayLimits, 'retryMsMin' | 'retryMsMax'>;
  #failures = 0;
  #until = 0;
  #failure: ErrorData | null = null;

  constructor(clock: Clock, limits: Pick<RelayLimits, 'retryMsMin' | 'retryMsMax'>) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** The failure that lasts, or null. */
  get failure(): ErrorData | null {
    return this.#failure;
  }

  /** Milliseconds until the next try; 0 for now. */
  get waitMs(): number {
    return this.#failures === 0 ? 0 : Math.max(0, this.#until - this.#clock.monotonic());
  }

  failed(error: unknown): void {
    const { retryMsMin, retryMsMax } = this.#limits;
    // Several requests that fail together are one failure of that side: only who tried after the pause counts.
    if (this.waitMs > 0) return;
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#until = this.#clock.monotonic() + waitMs;
    this.#failure = toErrorData(error);
  }

  worked(): void {
    this.#failures = 0;
    this.#failure = null;
  }
}

/** How far a sender may be ahead of its reader: it takes a turn for each part, and the reader allows one more. */
export class Outflow {
  #left: number;
  #wake: (() => void) | null = null;

  /** `ahead` parts may be sent before the reader has used any. */
  constructor(ahead: number) {
    this.#left = ahead;
  }

  /** Resolves when a part may be sent. One sender at a time. Rejects with the reason of the signal. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#left === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      signal.throwIfAborted();
    }
    this.#left -= 1;
  }

  /** The reader has used a part. */
  allow(): void {
    this.#left += 1;
    this.#wake?.();
    this.#wake = null;
  }
}

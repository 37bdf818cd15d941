/** A hang: whoever asks waits, until it is over. */

/** What ends a hang: a restart of the role, or only one of its server. */
export type HealedBy = 'role' | 'server';

export class Hang {
  #healedBy: HealedBy | null = null;
  #waiting: (() => void)[] = [];

  /** Null while nothing hangs. */
  get healedBy(): HealedBy | null {
    return this.#healedBy;
  }

  begin(healedBy: HealedBy): void {
    this.#healedBy = healedBy;
  }

  end(): void {
    this.#healedBy = null;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves at once while nothing hangs, else when the hang ends. Rejects when `signal` aborts. */
  async over(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#healedBy === null) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

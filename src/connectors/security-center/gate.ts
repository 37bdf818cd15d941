/** Lets a bounded number of pieces of work run at once; the others wait in the order in which they came. */
export interface Gate {
  /** Runs the work when there is room, or rejects with the signal's reason if it aborts while waiting. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly signal: AbortSignal;
  admit(): void;
  leave(): void;
}

/** A gate for at most `width` at once. The queue is as long as the callers make it: each of them awaits its turn. */
export function createGate(width: number): Gate {
  let running = 0;
  let waiting: Waiter[] = [];
  /** Signals that somebody waits under: one listener each, however many wait. */
  const watched = new Map<AbortSignal, () => void>();

  const unwatch = (signal: AbortSignal) => {
    if (waiting.some((waiter) => waiter.signal === signal)) return;
    const listener = watched.get(signal);
    if (listener !== undefined) signal.removeEventListener('abort', listener);
    watched.delete(signal);
  };

  const watch = (signal: AbortSignal) => {
    if (watched.has(signal)) return;
    const listener = () => {
      const leaving = waiting.filter((waiter) => waiter.signal === signal);
      waiting = waiting.filter((waiter) => waiter.signal !== signal);
      unwatch(signal);
      for (const waiter of leaving) waiter.leave();
    };
    watched.set(signal, listener);
    signal.addEventListener('abort', listener);
  };

  const enter = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (running < width) {
        running += 1;
        return resolve();
      }
      waiting.push({ signal, admit: resolve, leave: () => reject(signal.reason) });
      watch(signal);
    });

  /** The place of the one that leaves is handed over, so that nobody can slip in between. */
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else {
      unwatch(next.signal);
      next.admit();
    }
  };

  return {
    async run(signal, work) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

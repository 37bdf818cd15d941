/** Time as a parameter: nothing below the wiring reads the clock of the machine or sets a timer by itself. */
export interface Clock {
  /** Epoch milliseconds. May jump in both directions when the machine's clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary moment; never jumps, whatever is done to the machine's clock. */
  monotonic(): number;
  /** Calls back once after `delayMs` milliseconds (0 or more); the answer cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** The clock of this machine. Timers do not keep the process alive on their own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, callback) {
    // setTimeout overflows above 2^31-1 ms and would fire at once: cap, and let the caller look at the time again.
    const timer = setTimeout(callback, Math.min(delayMs, 2_147_483_647));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` milliseconds, or rejects with the signal's reason when it aborts first. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.schedule(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** The server's clock as far as the page knows it, so that ages are right on a computer whose clock is not. */
import { useSyncExternalStore } from 'react';

/** The `Date` header has whole seconds: a smaller difference says nothing. */
const toleranceMs = 3_000;
const tickMs = 1_000;

let offsetMs = 0;
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | null = null;
let now = Date.now();

/** Takes note of the `Date` header of an answer. */
export function noteServerDate(header: string | null): void {
  const difference = Date.parse(header ?? '') - Date.now();
  if (Number.isNaN(difference)) return;
  offsetMs = Math.abs(difference) > toleranceMs ? difference : 0;
}

/** The server's time now, epoch milliseconds. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

function tick(): void {
  now = serverNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (ticking === null) {
    ticking = setInterval(tick, tickMs);
    now = serverNow();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || ticking === null) return;
    clearInterval(ticking);
    ticking = null;
  };
}

/** The server's time, renewed once a second; every reader on the page sees the same second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

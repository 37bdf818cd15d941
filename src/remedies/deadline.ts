/** One span of time for a whole remedy, however many programs or requests it takes. */
import type { Clock } from '../core/clock.ts';

export interface Deadline {
  /** Aborts when time is up, or when the signal of the use does. */
  readonly signal: AbortSignal;
  /** Whether it was time that ran out. */
  passed(): boolean;
  leftMs(): number;
  close(): void;
}

/** Begins now. Must be closed, or the timer lives on. */
export function openDeadline(clock: Clock, timeoutMs: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const endsAt = clock.monotonic() + timeoutMs;
  let passed = false;
  const cancel = clock.schedule(timeoutMs, () => {
    passed = true;
    controller.abort(new Error(`no end within ${timeoutMs} ms`));
  });
  const abort = () => controller.abort(outer.reason);
  if (outer.aborted) abort();
  outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    passed: () => passed,
    leftMs: () => Math.max(0, endsAt - clock.monotonic()),
    close() {
      cancel();
      outer.removeEventListener('abort', abort);
    },
  };
}

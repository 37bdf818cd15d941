/** A deadline on a clock that is handed in, joined with the signal of whoever wants the work. */
import type { Clock } from '../core/clock.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds of the limit once it has passed, else null. */
  passedAfterMs(): number | null;
  close(): void;
}

export function openDeadline(clock: Clock, limitMs: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  let passed = false;
  const abort = () => controller.abort();
  const cancel = clock.schedule(limitMs, () => {
    passed = true;
    abort();
  });
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();
  return {
    signal: controller.signal,
    passedAfterMs: () => (passed ? limitMs : null),
    close() {
      cancel();
      outer.removeEventListener('abort', abort);
    },
  };
}

/** How a run ends when its signal aborts: one coded error, whatever the interrupted request threw. */
import { CodedError } from '../core/errors.ts';

/** Throws `SW_RUN_CANCELLED` once the signal has aborted. */
export function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal);
}

/** What was thrown, or `SW_RUN_CANCELLED` when it was thrown because of the signal. */
export function asCancellation(thrown: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || (thrown instanceof CodedError && thrown.code === 'SW_RUN_CANCELLED')) return thrown;
  return cancelled(signal, thrown);
}

function cancelled(signal: AbortSignal, cause: unknown = signal.reason): CodedError {
  return new CodedError('SW_RUN_CANCELLED', {
    doing: 'synchronizing',
    expected: 'to come to the end of the run',
    found: 'that it was cancelled',
    todo: 'Nothing is lost; the next run of the same mode goes on from the checkpoint',
    cause,
  });
}

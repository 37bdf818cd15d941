/** What becomes of a remedy during which the supervisor ended: reality is asked before anything is done again. */
import type { Remedy, RemedyUse } from '../remedies/remedy.ts';
import type { Reconciled } from '../runtime/index.ts';

export interface Interrupted {
  readonly remedy: Remedy;
  readonly use: RemedyUse;
  /** What the rung gives the remedy, milliseconds. */
  readonly timeoutMs: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** `done` with a sentence, as {@link Remedy.act} answers one. */
export async function reconcileInterrupted({ remedy, use, timeoutMs, now }: Interrupted): Promise<Reconciled<string>> {
  const done = await remedy.wasDone(use);
  if (done) return { kind: 'done', output: 'It had been done before the supervisor was interrupted.' };
  // Doing it twice may be worse than not at all: the ladder looks again with fresh evidence.
  if (done === null)
    return failed('The supervisor was interrupted during the remedy, and nothing tells whether it was done.');
  // So it does where the reasons for it are old: whatever was wrong may be over, or a window closed.
  if (Math.abs(now - use.startedAt) > timeoutMs)
    return failed('The supervisor was away until the time of the remedy was over, and it had not been done.');
  return { kind: 'redo' };
}

const failed = (message: string): Reconciled<string> => ({
  kind: 'failed',
  error: { code: 'SW_REMEDY_FAILED', message },
});

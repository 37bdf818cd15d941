/** Does the jobs of ledgers, and lets somebody outside know before anything is done. */
import { type Clock, pause } from '../../../src/core/clock.ts';
import type { ActionExecutor, Executor, Work } from '../../../src/runtime/index.ts';
import type { Job } from './ledger.ts';
import { type Fact, parseJob } from './witness.ts';

export interface LedgerWorkOptions {
  readonly clock: Clock;
  /** How long a job takes, milliseconds. */
  readonly workMs: number;
  /** Pause before the second attempt, milliseconds. */
  readonly retryMs: number;
  readonly note: (fact: Fact) => void;
}

/** Of four jobs in a row one succeeds, one at its second attempt, one is hopeless, and one fails until it is given up. */
export function workOf({ clock, workMs, retryMs, note }: LedgerWorkOptions): Executor<Job, number> {
  return {
    retry: {
      attemptsMax: 3,
      delayMs: retryMs,
      delayMsMax: 2 * retryMs,
      isFinal: (error) => error instanceof Error && error.message === 'hopeless',
    },
    reconcile: async ({ input, idempotencyKey, attempt }) => {
      note({ what: 'ran', job: input.job, key: idempotencyKey, attempt });
      return { kind: 'redo' };
    },
    run: async ({ input, idempotencyKey, attempt, signal }: Work<Job>) => {
      note({ what: 'ran', job: input.job, key: idempotencyKey, attempt });
      await pause(clock, workMs, signal);
      const { number } = parseJob(input.job);
      if (number % 4 === 3) throw new Error('hopeless');
      if (number % 4 === 2 && attempt === 1) throw new Error('not yet');
      if (number % 4 === 0) throw new Error('not today');
      return number;
    },
  };
}

/** Tells of a job; every third time somebody has to ask again. */
export function tellOf({ note }: Pick<LedgerWorkOptions, 'note'>): ActionExecutor<Job> {
  let calls = 0;
  return async ({ id, params }) => {
    calls += 1;
    if (calls % 3 === 2) throw new Error('nobody listened');
    note({ what: 'told', job: params.job, key: id });
  };
}

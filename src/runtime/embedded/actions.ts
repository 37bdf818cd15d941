/** Named actions without an outcome for the machine: carried out at least once, tried until done or given up. */
import { type Clock, pause } from '../../core/clock.ts';
import type { PendingAction } from '../../core/record.ts';
import type { ActionExecutor } from '../executor.ts';
import type { RuntimeLimits } from './limits.ts';

export interface ActionsOptions {
  readonly executors: { readonly [type: string]: ActionExecutor };
  readonly clock: Clock;
  readonly limits: RuntimeLimits;
  readonly warn: (message: string, details: object) => void;
  /** Called once, when the action may leave the record. */
  readonly onOver: (key: string, id: string, outcome: 'done' | 'given-up') => void;
}

/** An action with its full id, which is its idempotency key. */
interface Due {
  readonly key: string;
  readonly id: string;
  readonly action: PendingAction;
}

export class Actions {
  readonly #options: ActionsOptions;
  readonly #closing = new AbortController();

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  start(due: Due): void {
    this.#carryOut(due).then(
      (outcome) => this.#options.onOver(due.key, due.id, outcome),
      () => {}, // closing: the action stays in the record for the next process
    );
  }

  close(): void {
    this.#closing.abort(new Error('The runtime is closing.'));
  }

  async #carryOut({ key, id, action }: Due): Promise<'done' | 'given-up'> {
    const { executors, clock, limits, warn } = this.#options;
    for (let attempt = 0; attempt < limits.actionTriesMax; attempt++) {
      try {
        await executors[action.type]?.({ key, id, params: action.params });
        return 'done';
      } catch (error) {
        warn('An action failed.', { key, action: action.type, attempt, why: String(error) });
      }
      const delayMs = Math.min(limits.actionRetryMsMax, limits.actionRetryMs * 2 ** attempt);
      await pause(clock, delayMs, this.#closing.signal);
    }
    return 'given-up';
  }
}

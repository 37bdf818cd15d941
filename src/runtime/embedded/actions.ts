/** Named actions without an outcome for the machine: carried out at least once, tried until done or given up. */
import { type Clock, pause } from '../../core/clock.ts';
import type { PendingAction } from '../../core/record.ts';
import type { ActionExecutor } from '../runtime.ts';
import type { RuntimeLimits } from './limits.ts';

export interface ActionsOptions {
  readonly executors: { readonly [type: string]: ActionExecutor };
  readonly clock: Clock;
  readonly limits: RuntimeLimits;
  readonly warn: (message: string, details: object) => void;
  /** Called once when the action is done or given up, and may leave the record. */
  readonly onDone: (key: string, action: PendingAction) => void;
}

export class Actions {
  readonly #options: ActionsOptions;
  readonly #closing = new AbortController();

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  start(key: string, action: PendingAction): void {
    this.#carryOut(key, action).then(
      () => this.#options.onDone(key, action),
      () => {}, // closing: the action stays in the record for the next process
    );
  }

  close(): void {
    this.#closing.abort(new Error('The runtime is closing.'));
  }

  async #carryOut(key: string, action: PendingAction): Promise<void> {
    const { executors, clock, limits, warn } = this.#options;
    for (let attempt = 0; attempt < limits.actionTriesMax; attempt++) {
      try {
        return await executors[action.type]?.({ key, id: action.id, params: action.params });
      } catch (error) {
        warn('An action failed.', { key, action: action.type, attempt, why: String(error) });
      }
      const delayMs = Math.min(limits.actionRetryMsMax, limits.actionRetryMs * 2 ** attempt);
      await pause(clock, delayMs, this.#closing.signal);
    }
  }
}

/** The executions that run in this process: each with its abort signal, each answering once. */
import type { Clock } from '../../core/clock.ts';
import { toErrorData } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Execution } from '../../core/record.ts';
import type { Executor, Reconciled, Work } from '../runtime.ts';

/** The outcome of an execution. */
export type Outcome =
  | { readonly kind: 'done'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } };

export interface ExecutionsOptions {
  readonly executors: { readonly [src: string]: Executor };
  readonly clock: Clock;
  readonly onReport: (key: string, execution: Execution, event: { type: string; at: number }) => void;
  readonly onOutcome: (key: string, execution: Execution, outcome: Outcome) => void;
}

export class Executions {
  readonly #running = new Map<string, AbortController>();
  readonly #options: ExecutionsOptions;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** Starts an execution; one found on recovery is reconciled against reality first (promise R2). */
  start(key: string, execution: Execution, recovered: boolean): void {
    const controller = new AbortController();
    this.#running.set(execution.id, controller);
    const work = this.#workOf(key, execution, controller.signal);
    this.#carryOut(work, execution, recovered).then(
      (outcome) => this.#answer(key, execution, controller, outcome),
      (thrown) => this.#answer(key, execution, controller, { kind: 'failed', error: toErrorData(thrown) }),
    );
  }

  abort(execution: Execution): void {
    this.#running.get(execution.id)?.abort(new Error('The machine no longer wants the result.'));
    this.#running.delete(execution.id);
  }

  /** Aborts all without an answer: their intents stay in the records, and are reconciled by the next process. */
  close(): void {
    for (const controller of this.#running.values()) controller.abort(new Error('The runtime is closing.'));
    this.#running.clear();
  }

  async #carryOut(work: Work, execution: Execution, recovered: boolean): Promise<Outcome> {
    const executor = this.#options.executors[execution.src];
    if (!executor) throw new Error(`no executor for "${execution.src}"`); // registration checked it
    if (recovered && executor.reconcile) {
      const found: Reconciled = await executor.reconcile(work);
      if (found.kind !== 'redo') return found;
    }
    return { kind: 'done', output: await executor.run(work) };
  }

  #answer(key: string, execution: Execution, controller: AbortController, outcome: Outcome): void {
    if (this.#running.get(execution.id) !== controller) return; // aborted meanwhile
    this.#running.delete(execution.id);
    this.#options.onOutcome(key, execution, outcome);
  }

  #workOf(key: string, execution: Execution, signal: AbortSignal): Work {
    return {
      key,
      execution: execution.id,
      input: execution.input,
      signal,
      startedAt: execution.startedAt,
      report: (event) => {
        if (!signal.aborted) this.#options.onReport(key, execution, { ...event, at: this.#options.clock.now() });
      },
    };
  }
}

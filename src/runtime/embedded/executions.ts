/** The executions that run in this process: each with its abort signal, each attempt answering once. */
import { type Clock, pause } from '../../core/clock.ts';
import { toErrorData } from '../../core/errors.ts';
import { type Json, toJson } from '../../core/json.ts';
import type { Execution } from '../../core/record.ts';
import type { Executor, Reconciled, RetryPolicy, Work } from '../executor.ts';

/** What became of an attempt. */
export type Outcome =
  | { readonly kind: 'done'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: Json }
  /** It failed, and another attempt is due. */
  | { readonly kind: 'retry'; readonly error: Json; readonly notBefore: number };

export interface ExecutionsOptions {
  readonly executors: { readonly [src: string]: Executor };
  readonly clock: Clock;
  readonly fencingToken: number;
  readonly warn: (message: string, details: object) => void;
  readonly onReport: (key: string, id: string, event: { type: string; at: number }) => void;
  readonly onOutcome: (key: string, id: string, outcome: Outcome) => void;
}

/** One attempt, with the full id of its execution. */
interface Attempt {
  readonly key: string;
  readonly id: string;
  readonly execution: Execution;
}

export class Executions {
  readonly #running = new Map<string, AbortController>();
  /** Found on recovery and not yet answered by `reconcile`: doing them again blindly could do them twice. */
  readonly #unreconciled = new Set<string>();
  readonly #options: ExecutionsOptions;
  #closed = false;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** Starts an attempt; the first one found on recovery is reconciled against reality (promise R2). */
  start(attempt: Attempt, recovered: boolean): void {
    const controller = new AbortController();
    this.#running.set(attempt.id, controller);
    if (recovered) this.#unreconciled.add(attempt.id);
    this.#carryOut(attempt, controller.signal).then(
      (outcome) => this.#answer(attempt, controller, outcome),
      (thrown: unknown) => {
        // What was aborted and gave up in answer is as it should be.
        if (!gaveUp(controller.signal, thrown)) this.#answer(attempt, controller, this.#afterFailure(attempt, thrown));
      },
    );
  }

  abort(id: string): void {
    this.#running.get(id)?.abort(new Error('The machine no longer wants the result.'));
    this.#running.delete(id);
    this.#unreconciled.delete(id);
  }

  /** Aborts all without an answer: their intents stay in the records, and are reconciled by the next process. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#running.values()) controller.abort(new Error('The runtime is closing.'));
    this.#running.clear();
  }

  async #carryOut(attempt: Attempt, signal: AbortSignal): Promise<Outcome> {
    const executor = this.#executorOf(attempt);
    await this.#waitFor(attempt, signal);
    const work = this.#workOf(attempt, signal);
    if (this.#unreconciled.has(attempt.id)) {
      const found: Reconciled = (await executor.reconcile?.(work)) ?? { kind: 'redo' };
      // Given up meanwhile, perhaps with what it held already in other hands: nothing of it may begin any more.
      signal.throwIfAborted();
      this.#unreconciled.delete(attempt.id);
      if (found.kind === 'done') return { kind: 'done', output: toJson(found.output ?? null) };
      if (found.kind === 'failed') return found;
    }
    // Exactly what a journal gives back: nothing may live on in memory that a restart would lose.
    return { kind: 'done', output: toJson((await executor.run(work)) ?? null) };
  }

  /** The pause before a further try; no longer than it was meant to be, also when the clock was set back since. */
  async #waitFor(attempt: Attempt, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const { retry } = this.#executorOf(attempt);
    const { notBefore = 0, attempt: nth } = attempt.execution;
    const leftMs = retry ? Math.min(notBefore - clock.now(), pauseMs(retry, nth - 1)) : 0;
    if (leftMs > 0) await pause(clock, leftMs, signal);
  }

  #afterFailure(attempt: Attempt, thrown: unknown): Outcome {
    const error = { ...toErrorData(thrown) };
    const { retry } = this.#executorOf(attempt);
    const tried = attempt.execution.attempt;
    if (!retry || tried >= retry.attemptsMax || this.#isFinal(attempt, thrown)) return { kind: 'failed', error };
    return { kind: 'retry', error, notBefore: this.#options.clock.now() + pauseMs(retry, tried) };
  }

  /** A policy that cannot tell is no reason to try again. */
  #isFinal({ id, execution }: Attempt, thrown: unknown): boolean {
    const { retry } = this.#options.executors[execution.src] ?? {};
    try {
      return retry?.isFinal?.(thrown) ?? false;
    } catch (error) {
      this.#options.warn('A retry policy failed: the execution is not tried again.', { id, why: String(error) });
      return true;
    }
  }

  #answer({ key, id }: Attempt, controller: AbortController, outcome: Outcome): void {
    if (this.#closed) return;
    if (this.#running.get(id) === controller) {
      this.#running.delete(id);
      if (outcome.kind !== 'retry') this.#unreconciled.delete(id);
      this.#options.onOutcome(key, id, outcome);
    } else {
      // Too late: nothing of it is tried again, and the step drops it and counts it.
      this.#options.onOutcome(key, id, outcome.kind === 'retry' ? { kind: 'failed', error: outcome.error } : outcome);
    }
  }

  #executorOf({ execution }: Attempt): Executor {
    const executor = this.#options.executors[execution.src];
    if (!executor) throw new Error(`Invariant broken: "${execution.src}" has an executor since registration`);
    return executor;
  }

  #workOf({ key, id, execution }: Attempt, signal: AbortSignal): Work {
    const { clock, fencingToken, onReport } = this.#options;
    return {
      key,
      idempotencyKey: id,
      input: execution.input,
      attempt: execution.attempt,
      startedAt: execution.startedAt,
      fencingToken,
      signal,
      report: (event) => {
        if (!this.#closed) onReport(key, id, { ...event, at: clock.now() });
      },
    };
  }
}

/** Whether an attempt failed because it was aborted. */
function gaveUp(signal: AbortSignal, thrown: unknown): boolean {
  return signal.aborted && (thrown === signal.reason || (thrown instanceof Error && thrown.name === 'AbortError'));
}

function pauseMs({ delayMs = 1_000, delayMsMax = 60_000 }: RetryPolicy, tried: number): number {
  return Math.min(delayMsMax, delayMs * 2 ** Math.min(tried - 1, 30));
}

/** Who carries effects out: executors for work with an outcome, action executors for work without one. */
import type { Json } from '../core/json.ts';

/** What an executor is given. */
export interface Work<Input = Json> {
  /** The instance that wants it. */
  readonly key: string;
  readonly input: Input;
  /** Aborts when the machine no longer wants the result, and when the runtime closes. */
  readonly signal: AbortSignal;
  /** Names this execution: the same for every attempt and after a restart, and never given twice. */
  readonly idempotencyKey: string;
  /** 1 and up; goes on counting after a restart. */
  readonly attempt: number;
  /** When the intent was committed, epoch milliseconds. */
  readonly startedAt: number;
  /** Grows with each process that takes the store over: whoever guards a shared resource refuses smaller ones. */
  readonly fencingToken: number;
  /** Sends an event on behalf of this execution; dropped once the execution is over. `at` is added. */
  report(event: { readonly type: string; readonly [member: string]: unknown }): void;
}

/** What reality says about an execution whose outcome was not committed. */
export type Reconciled<Output = Json> =
  | { readonly kind: 'done'; readonly output: Output }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } }
  /** It has not happened, or doing it again is harmless. */
  | { readonly kind: 'redo' };

/** When a failed attempt is followed by another one. The pause doubles from `delayMs` up to `delayMsMax`. */
export interface RetryPolicy {
  /** Most attempts, the first included; 1 and up. */
  readonly attemptsMax: number;
  /** Pause before the second attempt, milliseconds. @default 1_000 */
  readonly delayMs?: number;
  /** Longest pause, milliseconds. @default 60_000 */
  readonly delayMsMax?: number;
  /** Whether trying again is of no use. @default never */
  readonly isFinal?: (error: unknown) => boolean;
}

/** Carries the effect out once. What it throws becomes the effect's error, as `{ code, message }`. */
export type RunEffect<Input = Json, Output = Json> = (work: Work<Input>) => Promise<Output>;

/** Carries out one kind of effect. */
export interface Executor<Input = Json, Output = Json> {
  readonly run: RunEffect<Input, Output>;
  /** Asked first on recovery (promise R2); without it the effect is redone. */
  readonly reconcile?: (work: Work<Input>) => Promise<Reconciled<Output>>;
  /** @default a single attempt */
  readonly retry?: RetryPolicy;
}

/** Carries out a named action at least once; `id` is its idempotency key. */
export type ActionExecutor<Params = Json> = (action: {
  readonly key: string;
  readonly id: string;
  readonly params: Params;
}) => Promise<void>;

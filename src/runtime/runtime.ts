/** The durable runtime as its users see it: machines run so that nothing committed is lost, nothing uncommitted is done. */
import type { Decision } from '../core/fold.ts';
import type { Json } from '../core/json.ts';
import type { InstanceRecord } from '../core/record.ts';

/** What an executor is given. */
export interface Work {
  readonly key: string;
  /** Names this execution; the same after a restart, so that it serves as an idempotency key. */
  readonly execution: string;
  readonly input: Json;
  /** Aborts when the machine no longer wants the result. */
  readonly signal: AbortSignal;
  /** When the intent was committed, epoch milliseconds. */
  readonly startedAt: number;
  /** Sends an event on behalf of this execution; dropped once the execution is over. `at` is added. */
  report(event: { readonly type: string; readonly [member: string]: unknown }): void;
}

/** What reality says about an execution whose outcome was not committed. */
export type Reconciled =
  | { readonly kind: 'done'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } }
  /** It has not happened, or doing it again is harmless. */
  | { readonly kind: 'redo' };

/** Carries out one kind of effect. What it throws becomes the effect's error, as `{ code, message }`. */
export interface Executor {
  run(work: Work): Promise<Json>;
  /** Asked first on recovery (promise R2); without it the effect is redone. */
  reconcile?(work: Work): Promise<Reconciled>;
}

/** Carries out a named action at least once; `id` is its idempotency key. */
export type ActionExecutor = (action: {
  readonly key: string;
  readonly id: string;
  readonly params: Json;
}) => Promise<void>;

/** One committed step. */
export interface Commit {
  readonly seq: number;
  readonly key: string;
  readonly at: number;
  /** Null when the step removed the instance. */
  readonly record: InstanceRecord | null;
  readonly note: StepNote;
}

/** What a step was, for the journal, the timeline and the inspector. */
export interface StepNote {
  readonly event: Json;
  readonly transitions: readonly string[];
  readonly effects: readonly string[];
  readonly decisions: readonly Decision[];
  readonly changes: readonly { readonly path: string; readonly before: Json; readonly after: Json }[];
}

export interface Runtime {
  /** Starts an instance under a key; does nothing when it exists. Resolves when durable. */
  start(key: string, options: { readonly machine: string; readonly input: Json }): Promise<void>;
  /**
   * Delivers an outside event; resolves when its step is durable.
   *
   * @throws CodedError SW_EVENT_RESERVED, SW_EVENT_INVALID, SW_INSTANCE_UNKNOWN, SW_MAILBOX_FULL, SW_RUNTIME_STOPPED
   */
  send(key: string, event: { readonly type: string; readonly at: number }): Promise<void>;
  /** Removes an instance with its timers and executions. Resolves when durable. */
  remove(key: string): Promise<void>;
  /** The newest durable record. */
  record(key: string): InstanceRecord | undefined;
  keys(): readonly string[];
  /** Sequence number of the last durable commit; 0 before the first. */
  lastSeq(): number;
  /** Calls back after each commit, in order; answers the unsubscriber. */
  subscribe(listener: (commit: Commit) => void): () => void;
  /** Resolves with the first durable record that satisfies the predicate; rejects when the signal aborts. */
  waitFor(key: string, predicate: (record: InstanceRecord) => boolean, signal: AbortSignal): Promise<InstanceRecord>;
  /** Committed steps, oldest first. */
  history(options: {
    readonly key?: string;
    readonly afterSeq?: number;
    readonly limit: number;
  }): Promise<readonly Commit[]>;
  /** Results and timers that came too late, since the start: visible, never acted upon. */
  staleCount(): number;
  /** Why nothing more is accepted, or null while all is well. */
  failure(): Error | null;
  /** Stops accepting, aborts executions without recording an outcome, closes the store. */
  close(): Promise<void>;
}

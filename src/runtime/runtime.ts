/** The durable runtime as its users see it: machines run so that nothing committed is lost, nothing uncommitted is done. */
import type { AnyStateMachine } from 'xstate';
import type { Decision } from '../core/fold.ts';
import type { Json } from '../core/json.ts';
import type { InstanceRecord } from '../core/record.ts';
import type { EventOf, InputArguments, SnapshotOf } from './machine-types.ts';

/** What a step was. What it changed and asked for follows from the records before and after it. */
export interface StepNote {
  /** As the machine saw it, its time `at` included. */
  readonly event: { readonly type: string; readonly [member: string]: unknown };
  /** Names of the transitions taken: `<state>|<event>|<index among equals>`. */
  readonly transitions: readonly string[];
  readonly decisions: readonly Decision[];
}

/** One committed step. */
export interface Commit {
  readonly seq: number;
  readonly key: string;
  readonly at: number;
  /** Null when the step began the instance. */
  readonly before: InstanceRecord | null;
  /** Null when the step ended the instance by {@link Runtime.stop}. */
  readonly record: InstanceRecord | null;
  readonly note: StepNote;
}

/** A pending timer. */
export interface PendingTimer {
  readonly key: string;
  /** XState's id of the delay. */
  readonly id: string;
  /** The name of the delay in `setup()`; the id where there is none. */
  readonly delay: string;
  /** Epoch milliseconds. */
  readonly setAt: number;
  readonly dueAt: number;
}

/** What came too late, or was never expected: visible, never acted upon. */
export interface Stale {
  /** How many since the runtime was opened, by what they were. */
  readonly counts: { readonly [kind in StaleKind]: number };
  /** The newest ones, oldest first; bounded by `staleNotesMax`. */
  readonly newest: readonly StaleNote[];
}

/** An outcome, a report or a timer of an incarnation that is over; an event that met an instance which had ended. */
export type StaleKind = 'outcome' | 'report' | 'timer' | 'action' | 'event';

export interface StaleNote {
  readonly kind: StaleKind;
  readonly key: string;
  readonly at: number;
  /** The execution, timer, action or event type that it named. */
  readonly name: string;
}

/** An instance whose record fits no registered machine: kept with its timers, not run. */
export interface SetAside {
  readonly key: string;
  /** Id of the machine that its record names; null when the record cannot be read. */
  readonly machine: string | null;
  readonly why: string;
  /** What the store holds of it. */
  readonly stored: Json;
}

/** A state path (`heating` or `door.open`), a tag, or any question about the snapshot. */
export type Condition<Snapshot> = string | { readonly tag: string } | ((snapshot: Snapshot) => boolean);

export interface WaitOptions {
  /** Longest wait, milliseconds. @default 60_000 */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

export interface HistoryQuery {
  readonly key?: string;
  /** Only steps with a larger, or smaller, sequence number. */
  readonly afterSeq?: number;
  readonly beforeSeq?: number;
  readonly limit: number;
  /** Newest first, so that `limit` cuts off the oldest. @default false */
  readonly newestFirst?: boolean;
}

export interface Runtime<Machine extends AnyStateMachine = AnyStateMachine> {
  /**
   * Starts an instance under a key; does nothing when it exists. Resolves when durable.
   *
   * @throws CodedError SW_MACHINE_UNKNOWN, SW_INSTANCE_SET_ASIDE, SW_RUNTIME_STOPPED, SW_STORE_FAILED; what the machine's
   * own initial context throws
   */
  start<Of extends Machine>(machine: Of, key: string, ...input: InputArguments<Of>): Promise<void>;
  /**
   * Delivers an event; resolves when its step is durable. An event without a time `at` gets the present one.
   *
   * @throws CodedError SW_EVENT_RESERVED, SW_EVENT_INVALID, SW_INSTANCE_UNKNOWN, SW_INSTANCE_ENDED,
   * SW_INSTANCE_SET_ASIDE, SW_MAILBOX_FULL, SW_RUNTIME_STOPPED, SW_STORE_FAILED
   */
  send(key: string, event: EventOf<Machine>): Promise<void>;
  /** The newest durable state. */
  snapshot(key: string): SnapshotOf<Machine> | undefined;
  /** The newest durable record: what {@link snapshot} is made from, as plain JSON, with timers and executions. */
  record(key: string): InstanceRecord | undefined;
  /**
   * Resolves with the first durable state that satisfies the condition.
   *
   * @throws CodedError SW_TIMEOUT after the limit, SW_INSTANCE_ENDED when the instance ends or is stopped before; the
   * signal's reason when it aborts
   */
  waitFor(key: string, condition: Condition<SnapshotOf<Machine>>, options?: WaitOptions): Promise<SnapshotOf<Machine>>;
  /** Committed steps that the store still keeps. */
  history(query: HistoryQuery): Promise<readonly Commit[]>;
  /** Pending timers of one instance or of all, soonest first. */
  timers(key?: string): readonly PendingTimer[];
  /** Ends an instance with its timers and executions, one that was set aside too. Resolves when durable. */
  stop(key: string): Promise<void>;
  keys(): readonly string[];
  /** Sequence number of the last durable commit; 0 before the first. */
  lastSeq(): number;
  /** Calls back after each commit, in order; answers the unsubscriber. */
  subscribe(listener: (commit: Commit) => void): () => void;
  stale(): Stale;
  setAside(): readonly SetAside[];
  /** Why nothing more is accepted, or null while all is well. */
  failure(): Error | null;
  /** Stops accepting, aborts executions without recording an outcome, closes the store. */
  close(): Promise<void>;
}

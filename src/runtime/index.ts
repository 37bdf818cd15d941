/** `syncwarden/runtime`: any XState machine with named effects, run so that a `kill -9` at any instant loses nothing. */
export { effect } from '../../machines/effect.ts';
export { type Clock, systemClock } from '../core/clock.ts';
export { CodedError, type ErrorCode } from '../core/errors.ts';
export type { Decision } from '../core/fold.ts';
export type { Json } from '../core/json.ts';
export type { MigratedState, Migration } from '../core/migration.ts';
export type { InstanceRecord } from '../core/record.ts';
export type { TimerPolicy } from '../core/timer-policy.ts';
export { type EmbeddedStoreOptions, openEmbeddedStore } from '../store/embedded-store.ts';
export { createMemoryStore, type MemoryStore } from '../store/memory-store.ts';
export type { Store } from '../store/store.ts';
export type { StoreLimits } from '../store/store-limits.ts';
export { createRuntime, type RuntimeOptions } from './create-runtime.ts';
export type { RuntimeLimits } from './embedded/limits.ts';
export type { ActionExecutor, Executor, Reconciled, RetryPolicy, RunEffect, Work } from './executor.ts';
export type { ActionsFor, EventOf, ExecutorsFor, InputOf, SnapshotOf } from './machine-types.ts';
export { noteFromJson } from './note.ts';
export type { Registration } from './registration.ts';
export type {
  Commit,
  Condition,
  HistoryQuery,
  PendingTimer,
  Runtime,
  SetAside,
  Stale,
  StaleKind,
  StaleNote,
  StepNote,
  WaitOptions,
} from './runtime.ts';

/**
 * The runtime inside one process: takes stimuli, commits each step, and only then lets its effects begin.
 *
 * State in memory runs ahead of the disk by what one flush gathers; nothing outside sees it before the flush: effects
 * start, `send` resolves, and listeners hear of a step only after its commit (promise R1).
 */
import type { AnyStateMachine } from 'xstate';
import type { z } from 'zod';
import { changesBetween } from '../../core/changes.ts';
import type { Clock } from '../../core/clock.ts';
import { checkDurable } from '../../core/durable-profile.ts';
import { describeEffect, type Effect } from '../../core/effect.ts';
import { assertNever, invariant } from '../../core/errors.ts';
import { type Json, toJson } from '../../core/json.ts';
import type { InstanceRecord } from '../../core/record.ts';
import { type Instance, revive } from '../../core/snapshot.ts';
import { begin, type Dropped, type Stepped, type Stimulus, step } from '../../core/step.ts';
import type { Store } from '../../store/store.ts';
import type { ActionExecutor, Commit, Executor, Runtime, StepNote } from '../runtime.ts';
import { waitForRecord } from '../wait-for-record.ts';
import { Actions } from './actions.ts';
import { Commits, parseRecord } from './commits.ts';
import { mailboxFull, missingExecutors, parseEvent, stopped, unknownInstance, unknownMachine } from './doors.ts';
import { Executions } from './executions.ts';
import { defaultRuntimeLimits, type RuntimeLimits } from './limits.ts';
import { Timers } from './timers.ts';

/** A machine and the schema of what may come in through its door. */
export interface Registration {
  readonly machine: AnyStateMachine;
  readonly events: z.ZodType<{ type: string; at: number }>;
}

export interface RuntimeOptions {
  readonly machines: readonly Registration[];
  readonly executors: { readonly [src: string]: Executor };
  readonly actions: { readonly [type: string]: ActionExecutor };
  readonly store: Store;
  readonly clock: Clock;
  /** Hears what is wrong but must not stop anything: an action given up, an instance set aside. */
  readonly warn: (message: string, details: object) => void;
  readonly limits?: Partial<RuntimeLimits>;
}

/**
 * Opens the runtime on a store: revives every instance, re-arms its timers, reconciles what was under way.
 *
 * @throws CodedError SW_MACHINE_NOT_DURABLE, SW_EXECUTOR_MISSING
 */
export function createEmbeddedRuntime(options: RuntimeOptions): Runtime {
  const runtime = new EmbeddedRuntime(options);
  runtime.recover();
  return runtime;
}

class EmbeddedRuntime implements Runtime {
  readonly #options: RuntimeOptions;
  readonly #limits: RuntimeLimits;
  readonly #machines: ReadonlyMap<string, Registration>;
  readonly #instances = new Map<string, Instance>();
  readonly #commits: Commits;
  readonly #timers: Timers;
  readonly #executions: Executions;
  readonly #actions: Actions;
  #stale = 0;
  #failure: Error | null = null;
  #stopped = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#limits = { ...defaultRuntimeLimits, ...options.limits };
    this.#machines = new Map(options.machines.map((registration) => [registration.machine.id, registration]));
    for (const { machine } of options.machines) this.#checkHosted(machine);
    this.#commits = new Commits(options.store, (error) => this.#fail(error));
    this.#timers = new Timers(options.clock, (key, { token }) =>
      this.#take(key, { kind: 'timer', token, at: options.clock.now() }),
    );
    this.#executions = new Executions({
      executors: options.executors,
      clock: options.clock,
      onReport: (key, { id }, event) => this.#report(key, id, event),
      onOutcome: (key, { id }, outcome) => this.#take(key, { ...outcome, execution: id, at: options.clock.now() }),
    });
    this.#actions = new Actions({
      executors: options.actions,
      clock: options.clock,
      limits: this.#limits,
      warn: options.warn,
      onDone: (key, { id }) => this.#take(key, { kind: 'acted', action: id, at: options.clock.now() }),
    });
  }

  recover(): void {
    for (const [key, stored] of this.#options.store.recovered.records) this.#recoverOne(key, stored);
  }

  async start(key: string, { machine: id, input }: { machine: string; input: Json }): Promise<void> {
    if (this.#instances.has(key)) return;
    this.#assertAccepting();
    const registration = this.#machines.get(id);
    if (!registration) throw unknownMachine(key, id, [...this.#machines.keys()]);
    await this.#commit(key, begin(registration.machine, { key, input, at: this.#options.clock.now() }));
  }

  async send(key: string, event: { readonly type: string; readonly at: number }): Promise<void> {
    this.#assertAccepting();
    const instance = this.#instances.get(key);
    if (!instance) throw unknownInstance(key, event.type, [...this.#instances.keys()]);
    const parsed = this.#parse(instance, event);
    const { mailboxMax } = this.#limits;
    if (this.#commits.waiting(key) >= mailboxMax) throw mailboxFull(key, event.type, mailboxMax);
    const result = this.#step(key, instance, { kind: 'event', event: parsed });
    if (result.kind === 'stepped') await this.#commit(key, result);
  }

  async remove(key: string): Promise<void> {
    const instance = this.#instances.get(key);
    if (!instance) return;
    this.#assertAccepting();
    this.#instances.delete(key);
    for (const timer of instance.record.timers) this.#timers.cancel(timer);
    for (const execution of instance.record.executions) this.#executions.abort(execution);
    const note: StepNote = {
      event: { type: 'instance.removed' },
      transitions: [],
      effects: [],
      decisions: [],
      changes: [],
    };
    await this.#commits.append({ key, at: this.#options.clock.now(), record: null, note }, () => {});
  }

  record(key: string): InstanceRecord | undefined {
    return this.#commits.record(key);
  }

  keys(): readonly string[] {
    return this.#commits.keys();
  }

  lastSeq(): number {
    return this.#commits.lastSeq;
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    return this.#commits.subscribe(listener);
  }

  waitFor(key: string, predicate: (record: InstanceRecord) => boolean, signal: AbortSignal): Promise<InstanceRecord> {
    return waitForRecord(this, key, predicate, signal);
  }

  history(options: { key?: string; afterSeq?: number; limit: number }): Promise<readonly Commit[]> {
    return this.#commits.history(options);
  }

  staleCount(): number {
    return this.#stale;
  }

  failure(): Error | null {
    return this.#failure;
  }

  async close(): Promise<void> {
    this.#failure ??= stopped();
    this.#stopWork();
    await this.#commits.close();
  }

  #checkHosted(machine: AnyStateMachine): void {
    const { effects, actions } = checkDurable(machine);
    const missing = [
      ...[...effects].filter((name) => !this.#options.executors[name]),
      ...[...actions].filter((name) => name !== 'decide' && !this.#options.actions[name]),
    ];
    if (missing.length > 0) throw missingExecutors(machine.id, missing);
  }

  /** An instance that cannot be revived is set aside with a warning; it never stops the others (promise R5). */
  #recoverOne(key: string, stored: Json): void {
    const parsed = parseRecord(stored);
    const record = 'record' in parsed ? parsed.record : null;
    const registration = record && this.#machines.get(record.machine);
    if (!record || !registration) {
      const why = 'why' in parsed ? parsed.why : `no machine ${record?.machine} is registered`;
      this.#options.warn('An instance is set aside: its record cannot be used.', { key, why });
      return;
    }
    this.#instances.set(key, revive(registration.machine, record));
    this.#commits.recovered(key, record);
    for (const timer of record.timers) this.#timers.set(key, timer);
    for (const execution of record.executions) this.#executions.start(key, execution, true);
    for (const action of record.actions) this.#actions.start(key, action);
  }

  #parse(instance: Instance, event: { readonly type: string }): { type: string; at: number } {
    const registration = this.#machines.get(instance.record.machine);
    invariant(registration, 'every live instance has a registered machine');
    return parseEvent(registration.events, event);
  }

  /** A report of an execution: checked like any outside event, and dropped when the execution is over. */
  #report(key: string, execution: string, event: { type: string; at: number }): void {
    const instance = this.#instances.get(key);
    if (!instance) return;
    try {
      this.#take(key, { kind: 'event', event: this.#parse(instance, event), execution });
    } catch (error) {
      this.#options.warn('A report was refused.', { key, type: event.type, why: String(error) });
    }
  }

  /** Takes a stimulus that nobody waits for. */
  #take(key: string, stimulus: Stimulus): void {
    const instance = this.#instances.get(key);
    if (!instance || this.#failure) return;
    const result = this.#step(key, instance, stimulus);
    if (result.kind === 'stepped') this.#commit(key, result).catch(() => {}); // #commit notes the failure
  }

  #step(key: string, instance: Instance, stimulus: Stimulus): Stepped | Dropped {
    const registration = this.#machines.get(instance.record.machine);
    invariant(registration, `the machine of "${key}" is registered`);
    const result = step(registration.machine, instance, stimulus);
    if (result.kind === 'dropped') this.#stale += 1;
    return result;
  }

  async #commit(key: string, stepped: Stepped): Promise<void> {
    const before = this.#instances.get(key)?.record ?? null;
    const { record } = stepped.instance;
    this.#instances.set(key, stepped.instance);
    const note = this.#noteOf(before, stepped);
    await this.#commits.append({ key, at: record.at, record, note }, () => {
      for (const effect of stepped.effects) this.#carryOut(key, effect);
    });
  }

  #noteOf(before: InstanceRecord | null, stepped: Stepped): StepNote {
    const { record } = stepped.instance;
    const old = before?.snapshot.context ?? null;
    return {
      event: toJson(stepped.event),
      transitions: stepped.transitions,
      effects: stepped.effects.map(describeEffect),
      decisions: stepped.decisions,
      changes: old === null ? [] : changesBetween(old, record.snapshot.context, this.#limits.changesMax),
    };
  }

  #carryOut(key: string, effect: Effect): void {
    if (this.#stopped) return;
    switch (effect.kind) {
      case 'set-timer':
        this.#timers.set(key, effect.timer);
        break;
      case 'cancel-timer':
        this.#timers.cancel(effect.timer);
        break;
      case 'execute':
        this.#executions.start(key, effect.execution, false);
        break;
      case 'abort':
        this.#executions.abort(effect.execution);
        break;
      case 'act':
        this.#actions.start(key, effect.action);
        break;
      default:
        assertNever(effect);
    }
  }

  /** After a failed commit memory is ahead of the disk: nothing more is promised until the store is opened again. */
  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#stopWork();
    this.#options.warn('The runtime stopped: a commit failed.', { why: this.#failure.message });
  }

  #stopWork(): void {
    this.#stopped = true;
    this.#timers.close();
    this.#executions.close();
    this.#actions.close();
  }

  #assertAccepting(): void {
    if (this.#failure) throw this.#failure;
  }
}

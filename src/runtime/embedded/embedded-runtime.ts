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
import { type InstanceRecord, recordSchema, recordToJson } from '../../core/record.ts';
import { type Instance, revive } from '../../core/snapshot.ts';
import { begin, type Dropped, type Stepped, type Stimulus, step } from '../../core/step.ts';
import type { LogEntry, Store } from '../../store/store.ts';
import type { ActionExecutor, Commit, Executor, Runtime, StepNote } from '../runtime.ts';
import { Actions } from './actions.ts';
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
  readonly #durable = new Map<string, InstanceRecord>();
  readonly #waiting = new Map<string, number>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #timers: Timers;
  readonly #executions: Executions;
  readonly #actions: Actions;
  readonly #commits = new Set<Promise<void>>();
  #seq: number;
  #durableSeq: number;
  #stale = 0;
  #failure: Error | null = null;
  #stopped = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#limits = { ...defaultRuntimeLimits, ...options.limits };
    this.#machines = new Map(options.machines.map((registration) => [registration.machine.id, registration]));
    for (const { machine } of options.machines) this.#checkHosted(machine);
    this.#seq = options.store.recovered.lastSeq;
    this.#durableSeq = this.#seq;
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
    if ((this.#waiting.get(key) ?? 0) >= mailboxMax) throw mailboxFull(key, event.type, mailboxMax);
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
    await this.#append(key, this.#options.clock.now(), null, note);
  }

  record(key: string): InstanceRecord | undefined {
    return this.#durable.get(key);
  }

  keys(): readonly string[] {
    return [...this.#durable.keys()];
  }

  lastSeq(): number {
    return this.#durableSeq;
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  waitFor(key: string, predicate: (record: InstanceRecord) => boolean, signal: AbortSignal): Promise<InstanceRecord> {
    return new Promise((resolve, reject) => {
      const current = this.#durable.get(key);
      if (current && predicate(current)) return resolve(current);
      if (signal.aborted) return reject(signal.reason);
      const finish = () => {
        unsubscribe();
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        finish();
        reject(signal.reason);
      };
      const unsubscribe = this.subscribe((commit) => {
        if (commit.key !== key || commit.record === null || !predicate(commit.record)) return;
        finish();
        resolve(commit.record);
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  async history(options: { key?: string; afterSeq?: number; limit: number }): Promise<readonly Commit[]> {
    return (await this.#options.store.history(options)).map(toCommit);
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
    await Promise.allSettled(this.#commits);
    await this.#options.store.close();
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
    const parsed = recordSchema.safeParse(stored);
    const registration = parsed.success ? this.#machines.get(parsed.data.machine) : undefined;
    if (!parsed.success || !registration) {
      const why = parsed.success ? `no machine ${parsed.data.machine} is registered` : parsed.error.message;
      this.#options.warn('An instance is set aside: its record cannot be used.', { key, why });
      return;
    }
    const instance = revive(registration.machine, parsed.data);
    this.#instances.set(key, instance);
    this.#durable.set(key, parsed.data);
    for (const timer of parsed.data.timers) this.#timers.set(key, timer);
    for (const execution of parsed.data.executions) this.#executions.start(key, execution, true);
    for (const action of parsed.data.actions) this.#actions.start(key, action);
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
    await this.#append(key, record.at, record, this.#noteOf(before, stepped), stepped.effects);
  }

  async #append(
    key: string,
    at: number,
    record: InstanceRecord | null,
    note: StepNote,
    effects: readonly Effect[] = [],
  ): Promise<void> {
    const seq = ++this.#seq;
    const entry: LogEntry = { seq, key, at, record: record && recordToJson(record), note: toJson(note) };
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) + 1);
    const durable = this.#options.store.append([entry]);
    this.#commits.add(durable);
    try {
      await durable;
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#commits.delete(durable);
      this.#waiting.set(key, (this.#waiting.get(key) ?? 1) - 1);
    }
    this.#durableSeq = seq;
    if (record) this.#durable.set(key, record);
    else this.#durable.delete(key);
    for (const effect of effects) this.#carryOut(key, effect);
    for (const listener of this.#listeners) listener({ seq, key, at, record, note });
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

function toCommit({ seq, key, at, record, note }: LogEntry): Commit {
  // Both were written by this runtime in exactly these shapes, and the store checks every entry's checksum.
  return { seq, key, at, record: record as InstanceRecord | null, note: note as unknown as StepNote };
}

/** Turns the actions that a transition asked for into the timers, executions and pending actions of the next record. */
import type { EventObject } from 'xstate';
import type { Effect } from './effect.ts';
import { toJson } from './json.ts';
import type { Execution, InstanceRecord, PendingAction, Timer } from './record.ts';
import type { CapturedAction } from './scope.ts';

/** A recorded choice with its reason, for people: what the machine's `decide` action carries. */
export interface Decision {
  readonly what: string;
  readonly because: string;
  readonly evidence?: { readonly [name: string]: unknown };
}

/** The running fold over the actions of one step. Order matters: a delay cancelled and set again stays set. */
export class Fold {
  readonly effects: Effect[] = [];
  readonly decisions: Decision[] = [];
  readonly #before: InstanceRecord;
  readonly #at: number;
  readonly #step: number;
  #index = 0;
  #timers: Timer[];
  #executions: Execution[];
  #actions: PendingAction[];

  constructor(before: InstanceRecord, at: number) {
    this.#before = before;
    this.#at = at;
    this.#step = before.step + 1;
    this.#timers = [...before.timers];
    this.#executions = [...before.executions];
    this.#actions = [...before.actions];
  }

  take({ type, params }: CapturedAction): void {
    // XState's own actions are told by their type; the shapes of their parameters are held by test/core/scope.test.ts.
    switch (type) {
      case 'xstate.raise':
        this.#raise(params as { event: EventObject; id?: string; delay?: number });
        break;
      case 'xstate.cancel':
        this.#cancel((params as { sendId: string }).sendId);
        break;
      case 'xstate.spawnChild':
        this.#start(params as { id: string; src: string; input?: unknown });
        break;
      case 'xstate.stopChild':
        this.#stop((params as { id: string } | undefined)?.id);
        break;
      case 'decide':
        this.decisions.push(toJson(params) as unknown as Decision);
        break;
      default:
        if (!type.startsWith('xstate.')) this.#act(type, params);
    }
  }

  /** An instance that has ended keeps neither timers nor executions. */
  endAll(): void {
    for (const { id } of [...this.#timers]) this.#cancel(id);
    for (const { child } of [...this.#executions]) this.#stop(child);
  }

  record(): InstanceRecord {
    return {
      ...this.#before,
      step: this.#step,
      at: this.#at,
      timers: this.#timers,
      executions: this.#executions,
      actions: this.#actions,
    };
  }

  #id(): string {
    return `${this.#before.key}:${this.#step}.${this.#index++}`;
  }

  #act(type: string, params: unknown): void {
    const action: PendingAction = { id: this.#id(), type, params: toJson(params ?? null) };
    this.#actions.push(action);
    this.effects.push({ kind: 'act', action });
  }

  #raise({ event, id, delay }: { event: EventObject; id?: string; delay?: number }): void {
    if (delay === undefined) return; // already taken inside the step
    const timerId = id ?? event.type;
    this.#cancel(timerId);
    const timer: Timer = {
      id: timerId,
      token: this.#id(),
      setAt: this.#at,
      dueAt: this.#at + delay,
      event: toJson(event) as { type: string },
    };
    this.#timers.push(timer);
    this.effects.push({ kind: 'set-timer', timer });
  }

  #cancel(id: string): void {
    const timer = this.#timers.find((pending) => pending.id === id);
    if (!timer) return;
    this.#timers = this.#timers.filter((pending) => pending !== timer);
    this.effects.push({ kind: 'cancel-timer', timer });
  }

  #start({ id, src, input }: { id: string; src: string; input?: unknown }): void {
    const execution: Execution = { id: this.#id(), child: id, src, input: toJson(input ?? null), startedAt: this.#at };
    this.#executions.push(execution);
    this.effects.push({ kind: 'execute', execution });
  }

  #stop(child: string | undefined): void {
    const execution = this.#executions.find((running) => running.child === child);
    if (!execution) return;
    this.#executions = this.#executions.filter((running) => running !== execution);
    this.effects.push({ kind: 'abort', execution });
  }
}

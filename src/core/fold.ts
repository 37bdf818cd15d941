/** Turns the actions that a transition asked for into the timers, executions and pending actions of the next record. */
import type { EventObject } from 'xstate';
import type { Effect } from './effect.ts';
import { toJson } from './json.ts';
import type { InstanceRecord, PendingAction } from './record.ts';
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
  readonly #at: number;
  readonly #step: number;
  #index = 0;
  #timers: InstanceRecord['timers'];
  #executions: InstanceRecord['executions'];
  #actions: InstanceRecord['actions'];

  constructor({ step, timers, executions, actions }: InstanceRecord, at: number) {
    this.#at = at;
    this.#step = step + 1;
    this.#timers = timers;
    this.#executions = executions;
    this.#actions = actions;
  }

  take({ type, params, named }: CapturedAction): void {
    // XState's own actions are told by their type; the shapes of their parameters are held by test/core/scope.test.ts.
    switch (type) {
      case 'xstate.raise':
        this.#raise(params as { event: EventObject; id?: string; delay?: number });
        break;
      case 'xstate.cancel':
        this.cancel((params as { sendId: string }).sendId);
        break;
      case 'xstate.spawnChild':
        this.start(params as { id: string; src: string; input?: unknown });
        break;
      case 'xstate.stopChild':
        this.stop((params as { id: string } | undefined)?.id);
        break;
      case 'decide':
        this.decisions.push(toJson(params) as unknown as Decision);
        break;
      default:
        this.#act(type, params, named);
    }
  }

  /** Starts an execution for the invoke `id`. */
  start({ id, src, input }: { readonly id: string; readonly src: string; readonly input?: unknown }): void {
    const execution = { token: this.#token(), src, input: toJson(input ?? null), startedAt: this.#at, attempt: 1 };
    this.#executions = { ...this.#executions, [id]: execution };
    this.effects.push({ kind: 'execute', child: id, execution });
  }

  /** Sets a timer, in place of the one of that id if there is one. */
  set(id: string, delayMs: number, event: { readonly type: string }): void {
    this.cancel(id);
    const timer = {
      token: this.#token(),
      setAt: this.#at,
      dueAt: this.#at + delayMs,
      // XState names the event of a delay like its timer: once is enough.
      ...(event.type === id && Object.keys(event).length === 1 ? {} : { event: toJson(event) as { type: string } }),
    };
    this.#timers = { ...this.#timers, [id]: timer };
    this.effects.push({ kind: 'set-timer', id, timer });
  }

  cancel(id: string): void {
    const { [id]: timer, ...others } = this.#timers;
    if (!timer) return;
    this.#timers = others;
    this.effects.push({ kind: 'cancel-timer', id, timer });
  }

  stop(child: string | undefined): void {
    if (child === undefined) return;
    const { [child]: execution, ...others } = this.#executions;
    if (!execution) return;
    this.#executions = others;
    this.effects.push({ kind: 'abort', child, execution });
  }

  /** An instance that has ended keeps neither timers nor executions. */
  endAll(): void {
    for (const id of Object.keys(this.#timers)) this.cancel(id);
    for (const child of Object.keys(this.#executions)) this.stop(child);
  }

  /** What of the next record the fold has made; parts that it left alone are the same objects. */
  parts(): Pick<InstanceRecord, 'step' | 'at' | 'timers' | 'executions' | 'actions'> {
    return {
      step: this.#step,
      at: this.#at,
      timers: this.#timers,
      executions: this.#executions,
      actions: this.#actions,
    };
  }

  #token(): string {
    return `${this.#step}.${this.#index++}`;
  }

  #act(type: string, params: unknown, named: boolean): void {
    // Registration has refused these where they stand in the machine; `enqueueActions` may still add them.
    if (!named || type.startsWith('xstate.'))
      throw new Error(
        `${named ? `The action ${type}` : 'An inline action'} would be lost with the process: name an action that the host carries out.`,
      );
    const action: PendingAction = { type, params: toJson(params ?? null) };
    const token = this.#token();
    this.#actions = { ...this.#actions, [token]: action };
    this.effects.push({ kind: 'act', token, action });
  }

  #raise({ event, id, delay }: { event: EventObject; id?: string; delay?: number }): void {
    if (delay !== undefined) this.set(id ?? event.type, delay, event); // without a delay it was taken inside the step
  }
}

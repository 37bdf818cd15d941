/** Carries out what committed steps ask for: timers, executions and actions. It decides nothing. */
import type { Clock } from '../../core/clock.ts';
import type { Effect } from '../../core/effect.ts';
import { assertNever } from '../../core/errors.ts';
import { type Execution, fullId, type InstanceRecord, type Timer } from '../../core/record.ts';
import type { Stimulus } from '../../core/stimulus.ts';
import type { ActionExecutor, Executor } from '../executor.ts';
import type { Registrations } from '../registration.ts';
import { Actions } from './actions.ts';
import { Executions } from './executions.ts';
import type { RuntimeLimits } from './limits.ts';
import { Timers } from './timers.ts';

export interface EffectsOptions {
  readonly executors: { readonly [src: string]: Executor };
  readonly actions: { readonly [type: string]: ActionExecutor };
  readonly clock: Clock;
  readonly limits: RuntimeLimits;
  readonly fencingToken: number;
  readonly registrations: Pick<Registrations, 'policyOf'>;
  readonly warn: (message: string, details: object) => void;
  /** Takes what effects answer: a timer that rings, an outcome, an action that is done. */
  readonly take: (key: string, stimulus: Stimulus) => void;
  /** Takes an event that an execution reports. */
  readonly report: (key: string, execution: string, event: { type: string; at: number }) => void;
}

export class Effects {
  readonly #clock: Clock;
  readonly #registrations: EffectsOptions['registrations'];
  readonly #timers: Timers;
  readonly #executions: Executions;
  readonly #actions: Actions;
  #closed = false;

  constructor(options: EffectsOptions) {
    const { clock, take } = options;
    this.#clock = clock;
    this.#registrations = options.registrations;
    this.#timers = new Timers(clock, (key, token) => take(key, { kind: 'timer', token, at: clock.now() }));
    this.#executions = new Executions({
      ...options,
      onReport: options.report,
      onOutcome: (key, execution, outcome) => take(key, { ...outcome, execution, at: clock.now() }),
    });
    this.#actions = new Actions({
      ...options,
      executors: options.actions,
      onOver: (key, action, outcome) => take(key, { kind: 'acted', action, outcome, at: clock.now() }),
    });
  }

  /** Carries out one effect of a step that is durable; `record` is the one after that step. */
  carryOut(record: InstanceRecord, effect: Effect): void {
    if (this.#closed) return;
    const { key } = record;
    switch (effect.kind) {
      case 'set-timer':
        this.#begin(record, effect.id, effect.timer);
        break;
      case 'cancel-timer':
        this.#timers.cancel(key, effect.timer.token);
        break;
      case 'execute':
        this.#execute(record, effect.execution, false);
        break;
      case 'abort':
        this.#executions.abort(fullId(record, effect.execution.token));
        break;
      case 'act':
        this.#actions.start({ key, id: fullId(record, effect.token), action: effect.action });
        break;
      default:
        assertNever(effect);
    }
  }

  /** Goes on with everything that a recovered record has pending; executions are reconciled first (promise R2). */
  resume(record: InstanceRecord): void {
    if (this.#closed) return;
    const { key, timers, executions, actions } = record;
    for (const [id, timer] of Object.entries(timers)) this.#arm(record, id, timer);
    for (const execution of Object.values(executions)) this.#execute(record, execution, true);
    for (const [token, action] of Object.entries(actions))
      this.#actions.start({ key, id: fullId(record, token), action });
  }

  /** Ends everything that a record has pending. */
  abandon(record: InstanceRecord): void {
    for (const { token } of Object.values(record.timers)) this.#timers.cancel(record.key, token);
    for (const { token } of Object.values(record.executions)) this.#executions.abort(fullId(record, token));
  }

  close(): void {
    this.#closed = true;
    this.#timers.close();
    this.#executions.close();
    this.#actions.close();
  }

  /** A length begins now: the step may be dated by what was seen before the clock was set forward. */
  #begin(record: InstanceRecord, id: string, timer: Timer): void {
    const lengthMs = timer.dueAt - timer.setAt;
    if (!this.#isLength(record, id)) this.#arm(record, id, timer);
    else this.#timers.set(record.key, timer.token, this.#clock.now() + lengthMs, true);
  }

  /** A step may be dated later than the clock shows since it was set back: its delays last no longer for that. */
  #arm(record: InstanceRecord, id: string, { token, setAt, dueAt }: Timer): void {
    const isLength = this.#isLength(record, id);
    this.#timers.set(record.key, token, Math.min(dueAt, this.#clock.now() + dueAt - setAt), isLength);
  }

  #isLength({ machine }: InstanceRecord, id: string): boolean {
    return this.#registrations.policyOf(machine, id) !== 'deadline';
  }

  #execute(record: InstanceRecord, execution: Execution, recovered: boolean): void {
    this.#executions.start({ key: record.key, id: fullId(record, execution.token), execution }, recovered);
  }
}

/**
 * A rehearsal: the machine of an integration as it is, in virtual time, with answers that somebody chooses.
 *
 * Nothing of the ladder is repeated here: what is done, when and why is what the product's own step says. Pure: the time
 * is given, and the outside is a function. What is asked first is answered first, so that a rehearsal repeats itself.
 */
import type { IntegrationContext } from '../../machines/context.ts';
import { integrationMachine } from '../../machines/integration.ts';
import type { Policy } from '../../machines/policy.ts';
import type { Json } from './json.ts';
import { fullId } from './record.ts';
import { LadderTrail, type RehearsedStep } from './rehearsal-trail.ts';
import type { Instance } from './snapshot.ts';
import { begin, type Dropped, type Stepped, step } from './step.ts';
import type { Stimulus } from './stimulus.ts';

/** What the outside says, and after how long. */
export type Answer =
  | { readonly afterMs: number; readonly output: Json }
  | { readonly afterMs: number; readonly error: { readonly code: string; readonly message: string } };

/** What is asked of the outside. */
export interface Asked {
  /** Name of the effect: `probe`, `synchronize`, `check`, `diagnose`, `claim`, `remedy`, `task`. */
  readonly src: string;
  readonly input: Json;
  readonly at: number;
  /** What the integration remembers as it asks. */
  readonly context: IntegrationContext;
}

/** Of what nobody answers the answer is null. */
export interface Answers {
  work(asked: Asked): Answer | null;
  /** After how long a person agrees to a rung. */
  approval(rung: string): { readonly afterMs: number } | null;
  /** After how long a person has done what a rung asks of them, and whether it could be done. */
  person(rung: string): { readonly afterMs: number; readonly done: boolean } | null;
}

export interface RehearseOptions {
  /** Of the integration: the jitter of its pauses hangs on it. @default 'rehearsed' */
  readonly id?: string;
  readonly policy: Policy;
  /** The instant at which it begins, epoch milliseconds. */
  readonly at: number;
  readonly answers: Answers;
  /** The instant at which it ends at the latest, epoch milliseconds. */
  readonly until: number;
  /** Goes on from a stored integration in place of beginning with a new one; it keeps the policy that it has. */
  readonly from?: Instance;
  /** Most stimuli that are taken. @default 50_000 */
  readonly stimuliMax?: number;
}

export interface Rehearsal {
  readonly steps: readonly RehearsedStep[];
  /** `quarantined`, `recovered`; `time`: it went on longer than was looked at; `stimuli`: it does too much. */
  readonly ended: 'quarantined' | 'recovered' | 'time' | 'stimuli';
  /** What the integration remembers at the end. */
  readonly context: IntegrationContext;
}

interface Due {
  readonly at: number;
  readonly stimulus: Stimulus;
}

/** Plays until the ladder has come to its end: quarantine, or recovery from an incident. */
export function rehearse(options: RehearseOptions): Rehearsal {
  const stage = new Stage(options);
  for (let count = options.stimuliMax ?? 50_000; count > 0; count -= 1) {
    const ended = stage.trail.ended;
    if (ended !== null) return { steps: stage.trail.steps, ended, context: stage.context };
    const next = stage.next();
    if (next === null || next.at > options.until)
      return { steps: stage.trail.steps, ended: 'time', context: stage.context };
    stage.take(next.stimulus);
  }
  return { steps: stage.trail.steps, ended: 'stimuli', context: stage.context };
}

/** The instance, and what is on its way to it. */
class Stage {
  readonly trail = new LadderTrail();
  readonly #answers: Answers;
  #instance: Instance;
  #at: number;
  /** In the order in which they were asked for. */
  #dues: readonly Due[] = [];

  constructor({ id = 'rehearsed', policy, at, answers, from }: RehearseOptions) {
    this.#answers = answers;
    this.#at = at;
    if (from !== undefined) {
      this.#instance = from;
      this.#askAll();
      this.trail.begin(this.context, this.#ladder);
      return;
    }
    const begun = begin(integrationMachine, { key: id, input: { id, policy }, at });
    this.#instance = begun.instance;
    this.#follow(begun);
  }

  get context(): IntegrationContext {
    return this.#instance.record.snapshot.context as unknown as IntegrationContext; // written by the machine
  }

  get #ladder(): string {
    return (this.#instance.record.snapshot.value as { escalation: string }).escalation; // a region without substates
  }

  /** What happens next: the earliest of what is on its way and of the pending timers, in that order. */
  next(): Due | null {
    const timers = Object.values(this.#instance.record.timers).map(({ token, dueAt }): Due => {
      const at = Math.max(dueAt, this.#at);
      return { at, stimulus: { kind: 'timer', token, at } };
    });
    const [first = null, ...others] = [...this.#dues, ...timers];
    return others.reduce((best, due) => (best !== null && best.at <= due.at ? best : due), first);
  }

  take(stimulus: Stimulus): void {
    this.#dues = this.#dues.filter((due) => due.stimulus !== stimulus);
    this.#follow(step(integrationMachine, this.#instance, stimulus));
  }

  #follow(stepped: Stepped | Dropped): void {
    if (stepped.kind === 'dropped') return;
    this.#instance = stepped.instance;
    this.#at = stepped.instance.record.at;
    for (const effect of stepped.effects) {
      if (effect.kind === 'execute') this.#ask(effect.execution);
      // Pages and the like are heard by nobody here.
      if (effect.kind === 'act') this.#followActed(effect.token);
    }
    const entered = this.trail.note(this.#at, this.context, this.#ladder);
    if (entered !== null) this.#askPerson(entered);
  }

  #followActed(token: string): void {
    const action = fullId(this.#instance.record, token);
    const acted = step(integrationMachine, this.#instance, { kind: 'acted', action, outcome: 'done', at: this.#at });
    if (acted.kind === 'stepped') this.#instance = acted.instance;
  }

  /** What was under way in a stored integration is asked for once more. */
  #askAll(): void {
    for (const execution of Object.values(this.#instance.record.executions)) this.#ask(execution);
    this.#askPerson(this.#ladder);
  }

  #ask({ src, input, token }: { readonly src: string; readonly input: Json; readonly token: string }): void {
    const answer = this.#answers.work({ src, input, at: this.#at, context: this.context });
    if (answer === null) return;
    const at = this.#at + answer.afterMs;
    const execution = fullId(this.#instance.record, token);
    const stimulus: Stimulus =
      'output' in answer
        ? { kind: 'done', execution, output: answer.output, at }
        : { kind: 'failed', execution, error: answer.error, at };
    this.#dues = [...this.#dues, { at, stimulus }];
  }

  #askPerson(ladder: string): void {
    const { rung } = this.context.escalation;
    if (rung === null) return;
    const agreed = ladder === 'asking' ? this.#answers.approval(rung) : null;
    if (agreed !== null) this.#tell(agreed.afterMs, { type: 'approval.given', rung, by: 'somebody' });
    const acted = ladder === 'instructing' ? this.#answers.person(rung) : null;
    if (acted !== null)
      this.#tell(acted.afterMs, { type: 'step.answered', rung, done: acted.done, by: 'somebody', note: '' });
  }

  #tell(afterMs: number, event: { readonly type: string; readonly [member: string]: Json }): void {
    const at = this.#at + afterMs;
    this.#dues = [...this.#dues, { at, stimulus: { kind: 'event', event: { ...event, at } } }];
  }
}

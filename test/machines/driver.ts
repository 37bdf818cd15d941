/** Drives one machine through the product's step: events, timers by name, and answers of its effects. */
import type { AnyStateMachine } from 'xstate';
import type { IntegrationContext } from '../../machines/context.ts';
import type { Json } from '../../src/core/json.ts';
import { fullId } from '../../src/core/record.ts';
import type { Instance } from '../../src/core/snapshot.ts';
import { begin, type Stepped, step } from '../../src/core/step.ts';
import type { Stimulus } from '../../src/core/stimulus.ts';

export class Driver {
  instance: Instance;
  at = 1_000;
  readonly decisions: string[] = [];
  readonly pages: Json[] = [];
  readonly #machine: AnyStateMachine;

  constructor(machine: AnyStateMachine, input: Json) {
    this.#machine = machine;
    this.instance = this.#note(begin(machine, { key: 'driven', input, at: this.at }));
  }

  get value(): unknown {
    return this.instance.record.snapshot.value;
  }

  get context(): IntegrationContext {
    return this.instance.record.snapshot.context as unknown as IntegrationContext; // written by the machine
  }

  /** The messages for people of that severity, oldest first. */
  told(severity: string): readonly Json[] {
    return this.pages.filter((page) => (page as { severity?: string }).severity === severity);
  }

  get running(): readonly string[] {
    return Object.values(this.instance.record.executions).map(({ src }) => src);
  }

  /** The delay, in milliseconds from when it was set, of the pending timer of that name. */
  delayOf(name: string): number {
    const timer = this.#timer(name);
    return timer.dueAt - timer.setAt;
  }

  send(type: string, members: object = {}): this {
    return this.#step({ kind: 'event', event: { type, at: this.at, ...members } });
  }

  /** Lets the pending timer of that name fire at its time. */
  fire(name: string): this {
    const { token, setAt, dueAt } = this.#timer(name);
    // Set before the clock was set back, it rings when its delay has passed all the same.
    this.at = setAt > this.at ? this.at + dueAt - setAt : Math.max(this.at, dueAt);
    return this.#step({ kind: 'timer', token, at: this.at });
  }

  answer(src: string, output: Json): this {
    return this.#step({ kind: 'done', execution: this.#execution(src), output, at: this.at });
  }

  refuse(src: string, error: Json): this {
    return this.#step({ kind: 'failed', execution: this.#execution(src), error, at: this.at });
  }

  later(ms: number): this {
    this.at += ms;
    return this;
  }

  #timer(name: string) {
    const { timers } = this.instance.record;
    const found = Object.entries(timers).find(([id]) => id.includes(`.${name}.`));
    if (!found) throw new Error(`no timer ${name} among ${Object.keys(timers)}`);
    return found[1];
  }

  #execution(src: string): string {
    const { record } = this.instance;
    const found = Object.values(record.executions).find((execution) => execution.src === src);
    if (!found) throw new Error(`no ${src} among ${this.running}`);
    return fullId(record, found.token);
  }

  #step(stimulus: Stimulus): this {
    const stepped = step(this.#machine, this.instance, stimulus);
    if (stepped.kind === 'dropped') throw new Error(`dropped: ${stepped.because}`);
    this.instance = this.#note(stepped);
    return this;
  }

  #note({ instance, decisions, effects }: Stepped): Instance {
    this.decisions.push(...decisions.map(({ what }) => what));
    for (const effect of effects) if (effect.kind === 'act') this.pages.push(effect.action.params);
    return instance;
  }
}

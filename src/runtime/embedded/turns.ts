/**
 * The turns that instances take: a stimulus is stepped, the step is committed, and only then its effects begin.
 *
 * State in memory runs ahead of the disk by what one flush gathers; nothing outside sees it before the flush: effects
 * start, `send` resolves, and listeners hear of a step only after its commit (promise R1).
 */
import { isEnding } from '../../core/effect.ts';
import type { Instance } from '../../core/snapshot.ts';
import { type Dropped, type Stepped, type Stimulus, step } from '../../core/step.ts';
import type { Store } from '../../store/store.ts';
import type { Registrations } from '../registration.ts';
import type { StepNote } from '../runtime.ts';
import { Commits } from './commits.ts';
import { parseEvent, stopped } from './doors.ts';
import { Effects, type EffectsOptions } from './effects.ts';
import { StaleLog } from './stale-log.ts';

export interface TurnsOptions extends Omit<EffectsOptions, 'fencingToken' | 'take' | 'report'> {
  readonly registrations: Registrations;
  readonly store: Store;
}

/** An outside event before its time was added. */
export type Sent = { readonly type: string; readonly at?: number };

export class Turns {
  readonly commits: Commits;
  readonly stale: StaleLog;
  readonly #options: TurnsOptions;
  /** As they are once everything under way is durable. */
  readonly #instances = new Map<string, Instance>();
  readonly #effects: Effects;
  readonly #end = new AbortController();
  #failure: Error | null = null;

  constructor(options: TurnsOptions) {
    const { store, limits } = options;
    this.#options = options;
    this.stale = new StaleLog(limits.staleNotesMax);
    this.commits = new Commits({ ...options, onFailure: (error) => this.#fail(error) });
    this.#effects = new Effects({
      ...options,
      fencingToken: store.recovered.epoch,
      take: (key, stimulus) => this.#take(key, stimulus),
      report: (key, execution, event) => this.#report(key, execution, event),
    });
  }

  /** Why nothing more is accepted: a failed commit, or that it was closed; null while it works. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Aborts with the failure. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  instance(key: string): Instance | undefined {
    return this.#instances.get(key);
  }

  /** Checks an outside event; it gets its time when it has none. */
  parse({ record }: Instance, sent: Sent): { readonly type: string; readonly at: number } {
    const { registrations, clock } = this.#options;
    const event = sent.at === undefined ? { ...sent, at: Math.max(clock.now(), record.at) } : (sent as Required<Sent>);
    return parseEvent(registrations.of(record).events, event);
  }

  step(key: string, instance: Instance, stimulus: Stimulus): Stepped | Dropped {
    const result = step(this.#options.registrations.of(instance.record).machine, instance, stimulus);
    if (result.kind === 'dropped') this.stale.note(key, stimulus, this.#options.clock.now());
    return result;
  }

  commit(key: string, { instance, effects, event, transitions, decisions }: Stepped): Promise<void> {
    const before = this.#instances.get(key)?.record ?? null;
    const { record } = instance;
    this.#instances.set(key, instance);
    const note = { event, transitions, decisions };
    return this.commits.append({ key, at: record.at, before, instance, note }, () => {
      // It may have been stopped meanwhile: then nothing begins any more, and what it wanted to end still ends.
      const isGone = this.#instances.get(key)?.record.incarnation !== record.incarnation;
      for (const effect of effects) if (!isGone || isEnding(effect)) this.#effects.carryOut(record, effect);
    });
  }

  /** What is pending goes on when the steps that bring the instance back are durable: it is what they say. */
  async bringBack(key: string, instance: Instance, steps: readonly Stepped[]): Promise<void> {
    this.#instances.set(key, instance);
    this.commits.keep(key, instance);
    await Promise.all(steps.map((stepped) => this.commit(key, { ...stepped, effects: [] })));
    this.#effects.resume((steps.at(-1)?.instance ?? instance).record);
  }

  /** Ends an instance with everything it has pending; also one whose record is in the store only. */
  async remove(key: string): Promise<void> {
    const before = this.#instances.get(key)?.record ?? null;
    this.#instances.delete(key);
    if (before) this.#effects.abandon(before);
    const at = this.#options.clock.now();
    const note: StepNote = { event: { type: 'instance.stopped', at }, transitions: [], decisions: [] };
    await this.commits.append({ key, at, before, instance: null, note }, () => {});
  }

  async close(): Promise<void> {
    this.#failure ??= stopped();
    this.#effects.close();
    this.#end.abort(this.#failure);
    await this.commits.close();
  }

  /** Takes a stimulus that nobody waits for. */
  #take(key: string, stimulus: Stimulus): void {
    if (this.#failure) return;
    const instance = this.#instances.get(key);
    if (!instance) {
      this.stale.note(key, stimulus, this.#options.clock.now());
      return;
    }
    const result = this.step(key, instance, stimulus);
    if (result.kind === 'stepped') this.commit(key, result).catch(() => {}); // #fail has noted it
  }

  /** A report of an execution: checked like any outside event, and dropped when the execution is over. */
  #report(key: string, execution: string, event: { type: string; at: number }): void {
    const instance = this.#instances.get(key);
    try {
      const parsed = instance ? this.parse(instance, event) : event;
      this.#take(key, { kind: 'event', event: parsed, execution });
    } catch (error) {
      this.#options.warn('A report was refused.', { key, type: event.type, why: String(error) });
    }
  }

  /** After a failed commit memory is ahead of the disk: nothing more is promised until the store is opened again. */
  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#effects.close();
    this.#end.abort(this.#failure);
    this.#options.warn('The runtime stopped: a commit failed.', { why: this.#failure.message });
  }
}

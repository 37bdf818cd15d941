/**
 * The turns that instances take: a stimulus is stepped, the step is committed, and only then its effects begin.
 *
 * State in memory runs ahead of the disk by what one flush gathers; nothing outside sees it before the flush: effects
 * start, `send` resolves, and listeners hear of a step only after its commit (promise R1).
 */
import { type Effect, isEnding } from '../../core/effect.ts';
import { type InstanceRecord, stepTime } from '../../core/record.ts';
import type { Instance } from '../../core/snapshot.ts';
import { type Dropped, type Stepped, step } from '../../core/step.ts';
import type { Stimulus } from '../../core/stimulus.ts';
import type { Store } from '../../store/store.ts';
import type { Registrations } from '../registration.ts';
import type { StepNote } from '../runtime.ts';
import { Commits } from './commits.ts';
import { parseEvent, stopped } from './doors.ts';
import { Effects, type EffectsOptions } from './effects.ts';
import { type LiveInstance, LiveInstances } from './live-instances.ts';
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
  readonly instances = new LiveInstances();
  readonly #options: TurnsOptions;
  readonly #effects: Effects;
  readonly #end = new AbortController();
  #failure: Error | null = null;

  constructor(options: TurnsOptions) {
    const { store, limits } = options;
    this.#options = options;
    this.stale = new StaleLog(limits.staleNotesMax);
    this.commits = new Commits({ ...options, instances: this.instances, onFailure: (error) => this.#fail(error) });
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

  /** Checks an outside event; it gets its time when it has none. */
  parse({ record }: Instance, sent: Sent): { readonly type: string; readonly at: number } {
    const { registrations, clock } = this.#options;
    const event = sent.at === undefined ? { ...sent, at: stepTime(record, clock.now()) } : (sent as Required<Sent>);
    return parseEvent(registrations.of(record).events, event);
  }

  step(key: string, instance: Instance, stimulus: Stimulus): Stepped | Dropped {
    const result = step(this.#options.registrations.of(instance.record).machine, instance, stimulus);
    if (result.kind === 'dropped') this.stale.note(key, stimulus, this.#options.clock.now());
    return result;
  }

  commit(live: LiveInstance, { instance, effects, event, transitions, decisions }: Stepped): Promise<void> {
    const before = live.newest?.record ?? null;
    live.newest = instance;
    const note = { event, transitions, decisions };
    const begin = effects.length === 0 ? null : () => this.#begin(live, instance.record, effects);
    return this.commits.append({ live, at: instance.record.at, before, instance, note, begin });
  }

  /** What is pending goes on when the steps that bring the instance back are durable: it is what they say. */
  async bringBack(key: string, instance: Instance, steps: readonly Stepped[]): Promise<void> {
    const live = this.instances.claim(key);
    live.newest = instance;
    live.durable = instance;
    await Promise.all(steps.map((stepped) => this.commit(live, { ...stepped, effects: [] })));
    this.#effects.resume((steps.at(-1)?.instance ?? instance).record);
  }

  /** Ends an instance with everything it has pending; also one whose record is in the store only. */
  async remove(key: string): Promise<void> {
    const live = this.instances.claim(key);
    const before = live.newest?.record ?? null;
    live.newest = null;
    if (before) this.#effects.abandon(before);
    const at = this.#options.clock.now();
    const note: StepNote = { event: { type: 'instance.stopped', at }, transitions: [], decisions: [] };
    await this.commits.append({ live, at, before, instance: null, note, begin: null });
  }

  async close(): Promise<void> {
    this.#failure ??= stopped();
    this.#effects.close();
    this.#end.abort(this.#failure);
    await this.commits.close();
  }

  #begin(live: LiveInstance, record: InstanceRecord, effects: readonly Effect[]): void {
    // It may have been stopped meanwhile: then nothing begins any more, and what it wanted to end still ends.
    const isGone = live.newest?.record.incarnation !== record.incarnation;
    for (const effect of effects) if (!isGone || isEnding(effect)) this.#effects.carryOut(record, effect);
  }

  /** Takes a stimulus that nobody waits for. */
  #take(key: string, stimulus: Stimulus): void {
    if (this.#failure) return;
    const live = this.instances.find(key);
    if (!live?.newest) {
      this.stale.note(key, stimulus, this.#options.clock.now());
      return;
    }
    const result = this.step(key, live.newest, stimulus);
    if (result.kind === 'stepped') this.commit(live, result).catch(() => {}); // #fail has noted it
  }

  /** A report of an execution: checked like any outside event, and dropped when the execution is over. */
  #report(key: string, execution: string, event: { type: string; at: number }): void {
    const instance = this.instances.find(key)?.newest;
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

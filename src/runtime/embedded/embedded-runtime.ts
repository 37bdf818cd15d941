/** The runtime inside one process: its doors. What goes on behind them is in `turns.ts`. */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { InstanceRecord } from '../../core/record.ts';
import { revive } from '../../core/snapshot.ts';
import { begin } from '../../core/step.ts';
import { waitForState } from '../condition.ts';
import type { Commit, Condition, HistoryQuery, Runtime, SetAside, WaitOptions } from '../runtime.ts';
import { endedInstance, instanceSetAside, mailboxFull, unknownInstance, unknownMachine } from './doors.ts';
import { pendingTimers } from './pending-timers.ts';
import { recoverInstance } from './recovery.ts';
import { type Sent, Turns, type TurnsOptions } from './turns.ts';

export class EmbeddedRuntime implements Runtime {
  readonly #options: TurnsOptions;
  readonly #turns: Turns;
  readonly #setAside = new Map<string, SetAside>();

  constructor(options: TurnsOptions) {
    this.#options = options;
    this.#turns = new Turns(options);
  }

  /** Brings every stored instance back; resolves when what that changes is durable. */
  async recover(): Promise<void> {
    const { store, clock, registrations, warn } = this.#options;
    const at = clock.now();
    const changed: Promise<void>[] = [];
    for (const [key, stored] of store.recovered.records) {
      const recovered = recoverInstance(key, stored, { registrations, lastAliveAt: store.recovered.lastAt, at });
      if (recovered.kind === 'set-aside') {
        this.#setAside.set(key, recovered.setAside);
        const { machine, why } = recovered.setAside;
        warn('An instance is set aside: its record cannot be used.', { key, machine, why });
      } else changed.push(this.#turns.bringBack(key, recovered.instance, recovered.steps));
    }
    await Promise.all(changed);
  }

  async start(machine: AnyStateMachine, key: string, input?: unknown): Promise<void> {
    const { registrations, clock } = this.#options;
    this.#assertAccepting();
    if (this.#turns.instances.find(key)?.newest) return this.#commits.durable();
    const setAside = this.#setAside.get(key);
    if (setAside) throw instanceSetAside(`starting "${key}"`, setAside);
    const registered = registrations.find(machine.id);
    if (!registered) throw unknownMachine(key, machine.id, registrations.ids);
    const incarnation = this.#commits.nextSeq;
    const begun = begin(registered.machine, { key, input, at: clock.now(), incarnation });
    await this.#turns.commit(this.#turns.instances.claim(key), begun);
  }

  send(key: string, sent: Sent): Promise<void> {
    // Not an async function: it is called for every event, and a promise of its own for each would be the second one.
    try {
      return this.#send(key, sent);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #send(key: string, sent: Sent): Promise<void> {
    this.#assertAccepting();
    const live = this.#turns.instances.find(key);
    if (!live?.newest) throw this.#unknown(key, sent.type);
    const { status } = live.newest.record.snapshot;
    if (status !== 'active') throw endedInstance(key, sent.type, status);
    const event = this.#turns.parse(live.newest, sent);
    const { mailboxMax } = this.#options.limits;
    if (live.waiting >= mailboxMax) throw mailboxFull(key, event.type, mailboxMax);
    const result = this.#turns.step(key, live.newest, { kind: 'event', event });
    return result.kind === 'stepped' ? this.#turns.commit(live, result) : Promise.resolve();
  }

  async stop(key: string): Promise<void> {
    this.#assertAccepting();
    if (!this.#turns.instances.find(key)?.newest && !this.#setAside.delete(key)) return this.#commits.durable();
    await this.#turns.remove(key);
  }

  snapshot(key: string): AnyMachineSnapshot | undefined {
    const live = this.#turns.instances.find(key);
    if (!live?.durable) return undefined;
    const { record, snapshot } = live.durable;
    if (snapshot) return snapshot;
    const revived = revive(this.#options.registrations.of(record).machine, record);
    live.durable = { record, snapshot: revived };
    return revived;
  }

  record(key: string): InstanceRecord | undefined {
    return this.#turns.instances.find(key)?.durable?.record;
  }

  keys(): readonly string[] {
    return Array.from(this.#turns.instances.durable(), ({ record }) => record.key);
  }

  lastSeq(): number {
    return this.#commits.lastSeq;
  }

  timers(key?: string) {
    const { instances } = this.#turns;
    const of = key === undefined ? instances.durable() : [instances.find(key)?.durable];
    return pendingTimers(this.#options.registrations, of);
  }

  subscribe(listener: (commit: Commit) => void): () => void {
    return this.#commits.subscribe(listener);
  }

  waitFor(key: string, condition: Condition<AnyMachineSnapshot>, options: WaitOptions = {}) {
    const { end } = this.#turns; // a state that will not come any more is not waited for
    const signal = options.signal ? AbortSignal.any([options.signal, end]) : end;
    return waitForState(this, this.#options.clock, { key, condition, options: { ...options, signal } });
  }

  history(query: HistoryQuery): Promise<readonly Commit[]> {
    return this.#commits.history(query);
  }

  stale() {
    return this.#turns.stale.show();
  }

  setAside(): readonly SetAside[] {
    return [...this.#setAside.values()];
  }

  failure(): Error | null {
    return this.#turns.failure;
  }

  close(): Promise<void> {
    return this.#turns.close();
  }

  get #commits() {
    return this.#turns.commits;
  }

  #assertAccepting(): void {
    if (this.#turns.failure) throw this.#turns.failure;
  }

  #unknown(key: string, type: string): Error {
    const setAside = this.#setAside.get(key);
    if (setAside) return instanceSetAside(`sending ${type} to "${key}"`, setAside);
    return unknownInstance(key, type, this.keys());
  }
}

/** Keeps the latest synchronization as the tab shows it, carries each one out, and lets things happen in its middle. */
import type { Clock } from '../../core/clock.ts';
import type { Directory } from './directory.ts';
import type { Hang } from './hang.ts';
import type { RoleSettings } from './options.ts';
import type { ProxyConnection } from './proxy-link.ts';
import { type Synchronization, synchronize, type Trigger } from './synchronization.ts';

export interface SynchronizationDeskParts {
  readonly directory: Directory;
  readonly settings: RoleSettings;
  readonly clock: Clock;
  readonly hang: Hang;
  /** The state of the role has changed. */
  readonly publish: () => Promise<void>;
}

export class SynchronizationDesk {
  readonly #parts: SynchronizationDeskParts;
  #latest: Synchronization | null = null;
  #lastId = 0;
  #failsNext = false;
  #atProgress: { readonly synchronized: number; readonly act: () => void } | null = null;

  constructor(parts: SynchronizationDeskParts) {
    this.#parts = parts;
  }

  get latest(): Synchronization | null {
    return this.#latest;
  }

  get isRunning(): boolean {
    return this.#latest?.state === 'running';
  }

  get failsNext(): boolean {
    return this.#failsNext;
  }

  /** Makes the next manual synchronization fail half-way. */
  failNext(): void {
    this.#failsNext = true;
  }

  /** Calls back once, when a synchronization has written that many entities. */
  atProgress(synchronized: number, act: () => void): void {
    this.#atProgress = { synchronized, act };
  }

  /** From now on this is the latest one, and it runs. */
  open(trigger: Trigger): Synchronization {
    const startedAt = this.#parts.clock.now();
    const id = ++this.#lastId;
    this.#latest = { id, trigger, state: 'running', startedAt, endedAt: null, types: [], message: null };
    return this.#latest;
  }

  /** Carries it out to its end, whatever that is. The role is yellow meanwhile. */
  async run(run: Synchronization, connection: ProxyConnection, signal: AbortSignal): Promise<void> {
    const { directory, settings, clock, hang, publish } = this.#parts;
    const failsHalfway = run.trigger === 'manual' && this.#failsNext;
    if (failsHalfway) this.#failsNext = false;
    // Yellow before the first entity is written, and until the last one is.
    await publish();
    try {
      const interference = {
        onProgress: (synchronized: number) => this.#meet(synchronized),
        unlessHung: () => hang.over(signal),
        failsHalfway,
      };
      await synchronize(run, { connection, directory, settings, clock, signal, interference });
      run.state = 'completed';
    } catch (error) {
      run.state = signal.aborted || !connection.isOpen() ? 'interrupted' : 'failed';
      run.message = signal.aborted ? 'The role was stopped' : error instanceof Error ? error.message : String(error);
    }
    run.endedAt = clock.now();
    await publish();
  }

  #meet(synchronized: number): void {
    const awaited = this.#atProgress;
    if (awaited === null || synchronized < awaited.synchronized) return;
    this.#atProgress = null;
    awaited.act();
  }
}

/** Tells the Directory how role and server stand: always the newest state, and again and again, as proof of life. */
import { type Clock, pause } from '../../core/clock.ts';
import type { Directory, ShownState } from './directory.ts';

/** How soon it is tried again when the Directory was not reached, milliseconds. */
const retryMs = 250;
/** How often an unchanged state is told. */
const beatMs = 1_000;
/** After so long without a word the Directory takes the server for lost. */
const leaseMs = 5_000;

export class StatePublisher {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #current: () => ShownState;
  readonly #ended = new AbortController();
  #told = '';
  #work: Promise<void> = Promise.resolve();

  /** @param current what is true now; asked at each telling, so that a newer state overtakes an older one */
  constructor(directory: Directory, clock: Clock, current: () => ShownState) {
    this.#directory = directory;
    this.#clock = clock;
    this.#current = current;
  }

  /** Resolves when the Directory knows the present state, or the publisher has ended. */
  publish(): Promise<void> {
    this.#work = this.#work.then(() => this.#tell());
    return this.#work;
  }

  /** Goes on telling until it is ended. */
  async beat(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await pause(this.#clock, beatMs, signal).catch(() => {});
      this.#told = '';
      await this.publish();
    }
  }

  /** From now on nothing is told, and nobody waits for a Directory that is not there. */
  end(): void {
    this.#ended.abort();
  }

  /** Tells the last state once and for ever, whether it arrives or not. */
  async last(): Promise<void> {
    await this.#work;
    await this.#directory.show(this.#current(), null).catch(() => {});
  }

  async #tell(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const state = this.#current();
      const text = JSON.stringify(state);
      if (text === this.#told) return;
      try {
        await this.#directory.show(state, leaseMs);
        this.#told = text;
      } catch {
        // A Security Center that was started anew does not know the role any more.
        await this.#directory.register().catch(() => {});
        await pause(this.#clock, retryMs, this.#ended.signal).catch(() => {});
      }
    }
  }
}

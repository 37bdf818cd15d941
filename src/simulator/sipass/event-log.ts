/**
 * The events of the simulated server: a feed that forgets early and a history that forgets late.
 *
 * Assumed, all of it: no document at hand describes how SiPass numbers, keeps or forgets its events.
 */
import { seededRandom } from '../seeded-random.ts';

/** What happens. */
export interface Happening {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly cardholder: string | null;
  readonly accessPoint: string | null;
  readonly pointName: string | null;
}

export interface LoggedEvent extends Happening {
  readonly id: string;
  readonly sequence: number;
}

export interface EventLogOptions {
  readonly seed: number;
  /** How many of the newest the feed gives, and the history. */
  readonly eventsKept: number;
  readonly eventsArchived: number;
}

export class EventLog {
  readonly #options: EventLogOptions;
  readonly #listeners = new Set<() => void>();
  /** Of all feeds, oldest first; the newest `#sequence` of them at most belong to this feed. */
  #events: LoggedEvent[] = [];
  #feed = 0;
  #sequence = 0;
  #forgotten = 0;

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  /** Name of this life of the numbering. */
  get feedId(): string {
    return `F${seededRandom(`${this.#options.seed}:feed:${this.#feed}`).hex(8)}`;
  }

  /** Number of the newest event; 0 before the first. */
  get last(): number {
    return this.#sequence;
  }

  /** Number of the oldest event that the feed still gives. */
  get oldest(): number {
    return Math.max(this.#forgotten, this.#sequence - this.#options.eventsKept, 0) + 1;
  }

  get size(): number {
    return this.#events.length;
  }

  append(happening: Happening): LoggedEvent {
    this.#sequence += 1;
    const event = { ...happening, sequence: this.#sequence, id: `${this.feedId}-${this.#sequence}` };
    this.#events.push(event);
    const { eventsArchived } = this.#options;
    // Cut in halves: shifting one by one would copy the list for each event.
    if (this.#events.length > eventsArchived * 2) this.#events = this.#events.slice(-eventsArchived);
    for (const listener of [...this.#listeners]) listener();
    return event;
  }

  /** Events of this feed with a number above `after`, at most `limit`. */
  after(after: number, limit: number): readonly LoggedEvent[] {
    const first = this.#events.length - (this.#sequence - Math.max(after, this.oldest - 1));
    return this.#events.slice(Math.max(0, first), Math.max(0, first) + limit);
  }

  /** The history of a window in the order of its times, both ends included. */
  within(from: number, to: number): readonly LoggedEvent[] {
    const kept = this.#events.slice(-this.#options.eventsArchived);
    return kept.filter(({ at }) => from <= at && at <= to).sort((a, b) => a.at - b.at);
  }

  /** The feed forgets everything there is; the history does not. */
  forget(): void {
    this.#forgotten = this.#sequence;
  }

  /** Numbers begin anew, as after a restored database; the history stays. */
  renumber(): void {
    this.#feed += 1;
    this.#sequence = 0;
    this.#forgotten = 0;
  }

  /** Calls back after the next event; the answer ends that. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

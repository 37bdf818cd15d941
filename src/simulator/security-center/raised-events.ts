/** The events that were raised in the simulated Security Center, newest kept. */

export interface RaisedEvent {
  readonly seq: number;
  /** Epoch milliseconds, when it was raised. */
  readonly at: number;
  /** Name of a native type; `CustomEvent` for a custom one. */
  readonly type: string;
  readonly customEventId: number | null;
  readonly entity: string;
  readonly entityType: string;
  readonly message: string;
}

/** How many are kept at least; the counter goes on. */
const eventsKept = 100_000;

export class RaisedEvents {
  readonly #now: () => number;
  #events: RaisedEvent[] = [];
  #seq = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(event: Omit<RaisedEvent, 'seq' | 'at'>): void {
    this.#seq += 1;
    this.#events.push({ seq: this.#seq, at: this.#now(), ...event });
    // Cut in halves: shifting one by one would copy the list for each event.
    if (this.#events.length > eventsKept * 2) this.#events = this.#events.slice(-eventsKept);
  }

  /** Those raised in a window, both ends included. */
  within(from: number, to: number): readonly RaisedEvent[] {
    return this.#events.filter(({ at }) => from <= at && at <= to);
  }

  /** Those after a number, at most `limit`, and how many there were in all. */
  report(after: number, limit: number): { readonly total: number; readonly events: readonly RaisedEvent[] } {
    return { total: this.#seq, events: this.#events.filter(({ seq }) => seq > after).slice(0, limit) };
  }
}

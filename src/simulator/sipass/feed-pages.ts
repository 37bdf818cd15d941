/** What the event feed shows of what has happened: the truth, unless a fault is set. */
import type { FaultTarget } from '../faults.ts';
import { drawn, type SipassFaultBox } from './domain-faults.ts';
import type { EventLog, LoggedEvent } from './event-log.ts';

export class FeedPages {
  readonly #log: EventLog;
  readonly #faults: SipassFaultBox;
  #late: readonly LoggedEvent[] = [];

  constructor(log: EventLog, faults: SipassFaultBox) {
    this.#log = log;
    this.#faults = faults;
  }

  /** What is shown of the events behind a bookmark. */
  show(after: number, page: readonly LoggedEvent[], target: FaultTarget): readonly LoggedEvent[] {
    const late = this.#late;
    const delays = this.#faults.take('event-late', target)?.count ?? 0;
    this.#late = page.slice(0, delays);
    const repeats = this.#faults.take('event-repeat', target)?.count ?? 0;
    const before = this.#log.after(after - repeats, repeats).filter(({ sequence }) => sequence <= after);
    const shown = [...before, ...late, ...page.slice(delays)].filter((event) => !this.#isGone(event));
    return this.#faults.take('event-reorder', target) === null ? shown : shown.reverse();
  }

  /** What the history shows. */
  past(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
    const [fault] = this.#faults.active('event-lost');
    return fault === undefined ? events : events.filter(({ id }) => !drawn(fault.id, id, fault.share));
  }

  #isGone({ id }: LoggedEvent): boolean {
    const [missing, lost] = [this.#faults.active('event-missing')[0], this.#faults.active('event-lost')[0]];
    return [missing, lost].some((fault) => fault !== undefined && drawn(fault.id, id, fault.share));
  }
}

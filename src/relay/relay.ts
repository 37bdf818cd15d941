/**
 * The events relay: from the feed of a source into a target, at least once, in order for each entity, and never before
 * the entity exists.
 *
 * What is received is on disk before the bookmark moves; what is about to be raised is on disk before it is raised. A
 * relay that is killed at any instant goes on from there.
 */
import type { EventSource, EventTarget } from '../connectors/events.ts';
import type { Clock } from '../core/clock.ts';
import type { ErrorData } from '../core/errors.ts';
import { Bell } from './bell.ts';
import type { EventMapping } from './event-mapping.ts';
import { Raiser, type Resolve } from './raiser.ts';
import { Reader } from './reader.ts';
import { RelayBook } from './relay-book.ts';
import { lostInAll, type RelayCounters } from './relay-counters.ts';
import { type RelayLimits, withRelayDefaults } from './relay-limits.ts';
import type { RelayStore } from './relay-store.ts';

export interface RelayParts {
  readonly source: EventSource;
  readonly target: EventTarget;
  readonly mapping: EventMapping;
  /** Only this relay uses it; {@link Relay} does not close it. */
  readonly store: RelayStore;
  readonly resolve: Resolve;
  readonly clock: Clock;
  readonly limits?: Partial<RelayLimits>;
  /** Called with a sentence for people when something is lost, missed or given up. @default nobody is told */
  readonly note?: (text: string) => void;
}

/** What can be shown of a relay. */
export interface RelayStatus {
  readonly counters: RelayCounters;
  /** Events that wait to be raised, and those of them whose entity is missing. */
  readonly waiting: number;
  readonly waitingForEntity: number;
  /** Latest time of an event, by the clock of the source; epoch milliseconds. */
  readonly lastEventAt: number | null;
  /** When the source last answered, by our clock. */
  readonly heardAt: number | null;
  /** Windows that are still to be backfilled. */
  readonly windows: number;
  /** Everything that the source has was read and raised, apart from what waits for an entity. */
  readonly caughtUp: boolean;
  /** Failures that last. */
  readonly source: ErrorData | null;
  readonly target: ErrorData | null;
}

export interface Relay {
  /**
   * Relays until the signal aborts; resolves when nothing is under way any more. To be called once.
   * @throws CodedError `SW_STORE_FAILED`: open the relay again; and what `resolve` throws. Failures of source and
   * target never end it.
   */
  run(signal: AbortSignal): Promise<void>;
  status(): RelayStatus;
  /** To be called when entities have come to exist: what waits for them need not wait for its next look. */
  entitiesChanged(): void;
}

/** Loads the state; nothing is asked of source and target before {@link Relay.run}. */
export async function openRelay(parts: RelayParts): Promise<Relay> {
  const { source, target, mapping, store, resolve, clock, limits, note = () => {} } = parts;
  const rules = { source: source.capabilities, mapping, limits: withRelayDefaults(limits) };
  const book = new RelayBook(store, await store.load(), (before, now) => tell(before, now, note));
  const bell = new Bell(clock);
  const raiser = new Raiser({ book, target, resolve, rules, clock, bell });
  const reader = new Reader({ book, source, rules, clock, bell, isBusy: raiser.isBusy });
  const waitingForEntity = () => book.rows.filter(({ missingSince }) => missingSince !== null).length;

  return {
    async run(signal) {
      const ending = new AbortController();
      const either = AbortSignal.any([signal, ending.signal]);
      const halves = [reader.run(either), raiser.run(either)];
      try {
        await Promise.all(halves);
      } finally {
        // One half that fails ends the other: neither goes on with a state that may not be on disk.
        ending.abort();
        await Promise.allSettled(halves);
      }
    },
    status: () => ({
      counters: book.counters,
      waiting: book.rows.length,
      waitingForEntity: waitingForEntity(),
      lastEventAt: book.progress.lastEventAt,
      heardAt: book.progress.heardAt,
      windows: book.progress.windows.length,
      caughtUp: reader.isCaughtUp && book.rows.length === waitingForEntity(),
      source: reader.backoff.failure,
      target: raiser.backoff.failure,
    }),
    entitiesChanged: () => raiser.lookAgain(),
  };
}

function tell(before: RelayCounters, now: RelayCounters, note: (text: string) => void): void {
  const { gaps } = now;
  if (gaps.found > before.gaps.found) note('Events may have been missed: the time is asked for once more.');
  if (gaps.unfilled > before.gaps.unfilled) note('A gap of events could not be filled: the source does not give it.');
  const lost = lostInAll(now) - lostInAll(before);
  if (lost > 0) {
    const reasons = (['missing', 'entityMissing', 'queueFull', 'refused'] as const).filter(
      (reason) => now.lost[reason] > before.lost[reason],
    );
    note(`${lost} events are lost: ${reasons.join(', ')}.`);
  }
}

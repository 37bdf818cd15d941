/** The half of the relay that reads: the feed from its bookmark, and the windows that must be asked for once more. */
import type { EventPage, EventSource } from '../connectors/events.ts';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';
import { acceptBackfill, acceptPage } from './accept.ts';
import { Backoff } from './backoff.ts';
import { Bell } from './bell.ts';
import type { RelayBook } from './relay-book.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RelayRow } from './relay-state.ts';
import { dropOldest, roomIn } from './room.ts';
import { failWindow, isSeekDue, seekHoles } from './windows.ts';

export interface ReaderParts {
  readonly book: RelayBook;
  readonly source: EventSource;
  readonly rules: RelayRules;
  readonly clock: Clock;
  readonly bell: Bell;
  readonly isBusy: (row: RelayRow) => boolean;
}

export class Reader {
  readonly backoff: Backoff;
  readonly #backfillBackoff: Backoff;
  readonly #parts: ReaderParts;
  /** When the feed last answered, by the clock that never jumps; null until it has. */
  #heardAt: number | null = null;
  /** Whether a read has failed since the last answer. */
  #hasFailed = false;
  /** Rung by nobody. */
  readonly #rest: Bell;
  /** When a window last failed. */
  #failedAt = 0;
  /** Whether the last page said that there is no more for now. */
  #isAtEnd = false;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.#rest = new Bell(parts.clock);
    this.backoff = new Backoff(parts.clock, parts.rules.limits);
    this.#backfillBackoff = new Backoff(parts.clock, parts.rules.limits);
  }

  /** Whether everything that the source has was read, and no number is missing. */
  get isCaughtUp(): boolean {
    const { windows, holes } = this.#parts.book.progress;
    return this.#isAtEnd && this.backoff.failure === null && windows.length === 0 && holes.every(({ lost }) => lost);
  }

  /** Reads until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { delayMs, listens } = await this.#pass(signal);
      // Only who waits for room is woken by what is raised: the feed has a pace of its own.
      if (listens) await this.#parts.bell.wait(delayMs, signal);
      else if (delayMs > 0) await this.#rest.wait(delayMs, signal);
    }
  }

  /** One look at everything; answers the pause after it. */
  async #pass(signal: AbortSignal): Promise<{ readonly delayMs: number; readonly listens: boolean }> {
    const { book, rules, clock, isBusy, bell } = this.#parts;
    const { pollMs, reorderMs } = rules.limits;
    if (isSeekDue(book, rules, clock.now())) {
      await book.update((view) => seekHoles(view, rules, clock.now()));
      bell.ring();
    }
    const room = roomIn(book, rules, clock.now());
    if (room === 'wait') return { delayMs: pollMs, listens: true };
    if (room === 'drop') {
      const before = book.rows.length;
      await book.update((view) => dropOldest(view, rules, clock.now(), isBusy));
      return book.rows.length < before ? { delayMs: 0, listens: false } : { delayMs: pollMs, listens: true };
    }
    const filled = this.#backfillBackoff.waitMs === 0 && (await this.#backfill(signal));
    const more = room === 'read' && this.backoff.waitMs === 0 && (await this.#read(signal));
    if (signal.aborted || more || filled) return { delayMs: 0, listens: false };
    const waits = [pollMs, this.backoff.waitMs || pollMs];
    if (book.progress.holes.some(({ lost }) => !lost)) waits.push(reorderMs);
    return { delayMs: Math.max(1, Math.min(...waits)), listens: false };
  }

  /** One page of the feed; true when there is more. */
  async #read(signal: AbortSignal): Promise<boolean> {
    const { book, source, rules, clock, bell } = this.#parts;
    let page: EventPage;
    try {
      page = await source.read(book.progress.cursor, signal);
    } catch (error) {
      this.#isAtEnd = false;
      this.#hasFailed = true;
      if (!signal.aborted) this.backoff.failed(operating(error));
      return false;
    }
    this.backoff.worked();
    const silentMs = this.#heardAt === null ? Number.POSITIVE_INFINITY : clock.monotonic() - this.#heardAt;
    const returned = this.#hasFailed || silentMs > rules.limits.silenceMsMax;
    this.#heardAt = clock.monotonic();
    this.#hasFailed = false;
    const now = clock.now();
    if (returned || isNews(book, page, rules, now)) {
      await book.update((view) => acceptPage(view, page, rules, { now, returned }));
      bell.ring();
    }
    this.#isAtEnd = !page.more;
    return page.more;
  }

  /** One page of the first window; true when it came and there is more to fill. */
  async #backfill(signal: AbortSignal): Promise<boolean> {
    const { book, source, rules, clock, bell } = this.#parts;
    const [window] = book.progress.windows;
    if (window === undefined) return false;
    const { from, to, cursor } = window;
    try {
      const page = await source.backfill({ from, to }, cursor, signal);
      await book.update((view) => acceptBackfill(view, page, rules, clock.now()));
      this.#backfillBackoff.worked();
      bell.ring();
      return book.progress.windows.length > 0;
    } catch (error) {
      if (signal.aborted) return false;
      this.#backfillBackoff.failed(operating(error));
      // Where the feed is silent too, the source is away: that is no fault of the window.
      const counts = this.#heardAt !== null && this.#heardAt >= this.#failedAt;
      this.#failedAt = clock.monotonic();
      const restart = error instanceof CodedError && error.code === 'SW_WALK_INCOMPLETE';
      await book.update((view) => failWindow(view, rules, { counts, restart, now: clock.now() }));
      bell.ring();
      return false;
    }
  }
}

/** Whether a page changes anything that must be kept; that the source was heard is kept now and then. */
function isNews({ progress }: RelayBook, page: EventPage, { limits }: RelayRules, now: number): boolean {
  const { cursor, heardAt, epoch, position, highest, windows } = progress;
  if (page.events.length > 0 || page.gap !== null || cursor === null) return true;
  if (heardAt === null || Math.abs(now - heardAt) > limits.silenceMsMax / 4) return true;
  if (canonicalJson(cursor) !== canonicalJson(page.next)) return true;
  if (page.numbering === null) return false;
  if (page.numbering.epoch !== epoch || page.numbering.position !== position) return true;
  return highest === null && windows.length === 0;
}

/** @throws the error itself when it is no operating error: a defect of ours must be loud */
function operating(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  throw error;
}

/** The half of the relay that writes: it raises what is ready in the target, one at a time for each entity. */
import type { EventTarget } from '../connectors/events.ts';
import type { Clock } from '../core/clock.ts';
import { Backoff } from './backoff.ts';
import type { Bell } from './bell.ts';
import type { TargetRef } from './event-mapping.ts';
import { lanesOf } from './lanes.ts';
import { raiseFailure } from './raise-failure.ts';
import type { RelayBook } from './relay-book.ts';
import type { RelayRules } from './relay-rules.ts';
import type { RelayRow } from './relay-state.ts';
import { dropExpired, isExpired } from './room.ts';
import { intends, isMissing, notRaised, raised, refused } from './row-changes.ts';

/** Looks entities of the target up: one id per ref in the same order, null for one that does not exist (yet). */
export type Resolve = (refs: readonly TargetRef[], signal: AbortSignal) => Promise<readonly (string | null)[]>;

export interface RaiserParts {
  readonly book: RelayBook;
  readonly target: EventTarget;
  readonly resolve: Resolve;
  readonly rules: RelayRules;
  readonly clock: Clock;
  readonly bell: Bell;
}

export class Raiser {
  readonly backoff: Backoff;
  readonly #parts: RaiserParts;
  readonly #busy = new Set<number>();
  /** When a row may be looked at again, by the clock that never jumps. */
  readonly #retryAt = new Map<number, number>();
  #defect: { readonly error: unknown } | null = null;

  constructor(parts: RaiserParts) {
    const { book, rules, clock } = parts;
    this.#parts = parts;
    this.backoff = new Backoff(clock, rules.limits);
    // Whatever was under way when the last relay ended may still land: it is looked for a little later.
    for (const { n, intentAt } of book.rows) if (intentAt !== null) this.#later(n, rules.limits.settleMs);
  }

  /** Whether this row is being looked at or raised. */
  readonly isBusy = ({ n }: RelayRow): boolean => this.#busy.has(n);

  /** Raises until the signal aborts; resolves when nothing is under way any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { book, rules, clock, bell } = this.#parts;
    try {
      while (!signal.aborted && this.#defect === null) {
        const now = clock.now();
        if (book.rows.some((row) => isExpired(row, rules, now) && !this.isBusy(row)))
          await book.update((view) => dropExpired(view, rules, now, this.isBusy));
        await bell.wait(this.#start(signal), signal);
      }
    } finally {
      while (this.#busy.size > 0) await bell.wait(null, new AbortController().signal);
    }
    if (this.#defect !== null) throw this.#defect.error;
  }

  /** Starts what may be started; answers in how many milliseconds there may be more, null when only news help. */
  #start(signal: AbortSignal): number | null {
    const { book, rules, clock } = this.#parts;
    const { waitMs } = this.backoff;
    const { heads, held } = lanesOf(book, rules, clock.now());
    let nextMs = held > 0 ? rules.limits.reorderMs : Number.POSITIVE_INFINITY;
    for (const row of heads) {
      if (this.#busy.has(row.n)) continue;
      const inMs = Math.max(waitMs, (this.#retryAt.get(row.n) ?? 0) - clock.monotonic());
      if (inMs > 0) nextMs = Math.min(nextMs, inMs);
      else if (this.#busy.size < rules.limits.concurrency) void this.#carry(row, signal);
    }
    return Number.isFinite(nextMs) ? nextMs : null;
  }

  /** What waits for an entity is looked at now. */
  lookAgain(): void {
    for (const { n, missingSince } of this.#parts.book.rows) if (missingSince !== null) this.#retryAt.delete(n);
    this.#parts.bell.ring();
  }

  #later(n: number, delayMs: number): void {
    this.#retryAt.set(n, this.#parts.clock.monotonic() + delayMs);
  }

  async #carry(row: RelayRow, signal: AbortSignal): Promise<void> {
    const { bell } = this.#parts;
    this.#busy.add(row.n);
    this.#retryAt.delete(row.n);
    try {
      await this.#raise(row, signal);
    } catch (error) {
      if (!signal.aborted) this.#defect ??= { error };
    } finally {
      this.#busy.delete(row.n);
      bell.ring();
    }
  }

  async #raise(row: RelayRow, signal: AbortSignal): Promise<void> {
    const { book, target, resolve, rules, clock } = this.#parts;
    const tells = target.capabilities.tells.includes(row.name.kind);
    const isUnclear = row.intentAt !== null;
    if (isUnclear && tells) {
      const wasRaised = await this.#look(row, signal);
      if (wasRaised === null) return;
      if (wasRaised) return book.update((view) => raised(view, row.n, true));
    }
    const ids = await resolve(row.refs, signal);
    const [entity] = ids;
    if (entity === undefined || entity === null || ids.includes(null)) {
      this.#later(row.n, rules.limits.missingLookMs);
      const isNews = row.missingSince === null || (isUnclear && tells);
      if (isNews) await book.update((view) => isMissing(view, row.n, clock.now(), tells || !isUnclear));
      return;
    }
    await book.update((view) => intends(view, row.n, clock.now(), isUnclear && !tells));
    signal.throwIfAborted();
    const { event, name, text } = row;
    try {
      await target.raise({ id: event.id, name, entity, at: event.at, text }, signal);
    } catch (error) {
      return this.#failed(row, error, signal);
    }
    this.backoff.worked();
    await book.update((view) => raised(view, row.n, false));
  }

  /** Whether the target has it; null when it cannot be asked now. */
  async #look(row: RelayRow, signal: AbortSignal): Promise<boolean | null> {
    const { target, rules } = this.#parts;
    try {
      const ids = await target.recent((row.intentAt ?? 0) - rules.limits.overlapMs, signal);
      this.backoff.worked();
      return ids.has(row.event.id);
    } catch (error) {
      if (signal.aborted) throw error;
      raiseFailure(error);
      this.backoff.failed(error);
      return null;
    }
  }

  async #failed(row: RelayRow, error: unknown, signal: AbortSignal): Promise<void> {
    const { book, rules, clock } = this.#parts;
    const { settleMs, missingLookMs, refusedTriesMax, retryMsMax } = rules.limits;
    if (signal.aborted) throw error; // the intent stays: whoever comes next looks for it
    const failure = raiseFailure(error);
    switch (failure) {
      case 'no-entity':
        this.#later(row.n, missingLookMs);
        return book.update((view) => isMissing(view, row.n, clock.now(), true));
      case 'refused':
        this.#later(row.n, retryMsMax);
        return book.update((view) => refused(view, row.n, refusedTriesMax));
      case 'not-done':
        this.backoff.failed(error);
        return book.update((view) => notRaised(view, row.n));
      case 'unclear':
        this.#later(row.n, settleMs);
        this.backoff.failed(error);
    }
  }
}

/** What one integration goes through while a pattern is played: when it was noticed, what was done, who was called. */
import type { IntegrationContext } from '../../../machines/context.ts';
import type { Try } from '../../../machines/escalation/incident.ts';
import type { Reason } from '../../../machines/events.ts';
import type { Page } from '../../../machines/foundation.ts';
import { statesOf } from '../outages/faults/fault.ts';
import type { Fact, Moment } from '../outages/witness.ts';

/** States in which anybody who looks sees that something is wrong. */
const signs =
  /^connection\.status\.(warning|disconnected)$|^escalation\.(?!watching$)|\.(interrupted|incomplete|stalled)$/;

/** Pages that want a person to do something. */
const calls: ReadonlySet<Page['kind']> = new Set(['approval-needed', 'step-needed', 'quarantined', 'remedy-hangs']);

/** How it ended: `open` when it was still at it after days. */
export type Ended = 'proven' | 'quarantined' | 'open';

/** Milliseconds since the beginning of the pattern; null where it never came to that. */
export interface Outcome {
  readonly integration: string;
  readonly ended: Ended;
  /** Why it is not proven; null when it is. */
  readonly why: Reason | null;
  readonly noticedMs: number | null;
  readonly provenMs: number | null;
  /** How often a person was asked for something, when first, and because of what. */
  readonly calls: number;
  readonly calledMs: number | null;
  readonly calledBecause: Reason | null;
  /** What was diagnosed, without repetitions. */
  readonly signatures: readonly string[];
  readonly tries: readonly Try[];
}

export class Diary {
  readonly integration: string;
  readonly #beginsAt: number;
  #noticedAt: number | null = null;
  #provenAt: number | null = null;
  /** When the ladder was set going last, on the clock that never jumps. */
  openedAt = 0;
  /** When it came into quarantine, each time. */
  readonly #quarantines: Moment[] = [];
  readonly #calls: { readonly elapsedMs: number; readonly reason: Reason }[] = [];
  #states: ReadonlySet<string> = new Set();
  #context: IntegrationContext | null = null;
  /** When the pattern began, by the clock of the machine. */
  #begunAt = 0;

  /** `beginsAt` is on the clock that never jumps. */
  constructor(integration: string, beginsAt: number) {
    this.integration = integration;
    this.#beginsAt = beginsAt;
  }

  /** Null before the first commit. */
  get context(): IntegrationContext | null {
    return this.#context;
  }

  has(state: string): boolean {
    return this.#states.has(state);
  }

  get isQuarantined(): boolean {
    return this.has('escalation.quarantined');
  }

  /** The moments after another one at which it came into quarantine. */
  quarantinesAfter(elapsedMs: number): readonly Moment[] {
    return this.#quarantines.filter((moment) => moment.elapsedMs > elapsedMs);
  }

  take(fact: Fact, moment: Moment): void {
    if (fact.what === 'commit' && fact.commit.key === this.integration && fact.commit.record !== null) {
      const { value, context } = fact.commit.record.snapshot;
      this.#enter(new Set(statesOf(value)), moment);
      this.#context = context as unknown as IntegrationContext; // a record of the integration machine
    }
    if (fact.what === 'page' && fact.page.integration === this.integration) this.#hear(fact.page, moment);
  }

  /** Remembers the first moment at which all is well. */
  proven(elapsedMs: number): void {
    this.#provenAt ??= elapsedMs;
  }

  /** It was well too early: something goes wrong again. */
  relapsed(): void {
    this.#provenAt = null;
  }

  outcome(): Outcome {
    const ended = this.#provenAt !== null ? 'proven' : this.isQuarantined ? 'quarantined' : 'open';
    const { past = [], incident = null } = this.#context?.escalation ?? {};
    const incidents = [...past, ...(incident === null ? [] : [incident])].filter(
      ({ openedAt }) => openedAt >= this.#begunAt,
    );
    const since = (at: number | null | undefined) => (at == null ? null : at - this.#beginsAt);
    const [first = null] = this.#calls;
    return {
      integration: this.integration,
      ended,
      why: ended === 'proven' ? null : this.#whyNot(ended),
      noticedMs: since(this.#noticedAt),
      provenMs: since(this.#provenAt),
      calls: this.#calls.length,
      calledMs: since(first?.elapsedMs),
      calledBecause: first?.reason ?? null,
      signatures: [...new Set(incidents.flatMap((one) => one.signatures.map(({ signature }) => signature)))],
      tries: incidents.flatMap(({ tries }) => tries),
    };
  }

  #enter(states: ReadonlySet<string>, moment: Moment): void {
    const { at, elapsedMs } = moment;
    const isNew = states.has('escalation.quarantined') && !this.has('escalation.quarantined');
    if (this.has('escalation.watching') && !states.has('escalation.watching')) this.openedAt = elapsedMs;
    if (isNew) this.#quarantines.push(moment);
    this.#states = states;
    if (elapsedMs < this.#beginsAt) this.#begunAt = at;
    else if (this.#noticedAt === null && [...states].some((state) => signs.test(state))) this.#noticedAt = elapsedMs;
  }

  #hear({ kind, reason, title }: Page, { elapsedMs }: Moment): void {
    if (elapsedMs < this.#beginsAt || !calls.has(kind)) return;
    // Of a question the title says what is wanted, and the reason what opened the incident.
    const wanted = title.replace(new RegExp(`^${this.integration}:? `), '');
    this.#calls.push({ elapsedMs, reason: kind === 'quarantined' ? reason : { code: kind, message: wanted } });
  }

  #whyNot(ended: Ended): Reason | null {
    if (this.#context === null) return null;
    const { escalation, connection, synchronization } = this.#context;
    if (ended === 'quarantined') return escalation.quarantine?.reason ?? null;
    return escalation.waitsFor ?? connection.reason ?? synchronization.reason;
  }
}

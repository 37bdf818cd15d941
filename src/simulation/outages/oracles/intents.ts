/** When each use of a remedy was intended, as the commits tell it while they are made: clocks that jump say little of that. */
import { fullId } from '../../../core/record.ts';
import type { Act, Fact, Moment } from '../witness.ts';

export interface Intent {
  /** Of the commit with which it was intended. */
  readonly seq: number;
  /** Of the last commit before, or that one, in which a decision gives a reason for the rung; null for none. */
  readonly reasonSeq: number | null;
  readonly elapsedMs: number;
}

/** What is intended within so long is new; all else is gone on with after a crash, or comes late. */
const newMs = 1_000;

export class Intents {
  /** By idempotency key. */
  readonly #known = new Map<string, Intent>();
  /** By integration and rung. */
  readonly #reasons = new Map<string, number>();

  take(fact: Fact, { elapsedMs }: Moment): void {
    if (fact.what !== 'commit' || fact.commit.record === null) return;
    const { seq, key, note, record } = fact.commit;
    for (const { because, evidence } of note.decisions)
      if (because !== '' && evidence) this.#reasons.set(`${key} ${String(evidence['rung'])}`, seq);
    for (const { src, token, input } of Object.values(record.executions)) {
      const id = fullId(record, token);
      if (src !== 'remedy' || this.#known.has(id)) continue;
      const { rung } = input as { readonly rung: string }; // of the integration machine
      this.#known.set(id, { seq, reasonSeq: this.#reasons.get(`${key} ${rung}`) ?? null, elapsedMs });
    }
  }

  of({ key }: Act): Intent | null {
    return this.#known.get(key) ?? null;
  }

  isNew(act: Act, { elapsedMs }: Moment): boolean {
    const intent = this.of(act);
    return intent === null || elapsedMs - intent.elapsedMs < newMs;
  }
}

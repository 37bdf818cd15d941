/**
 * `audit`: the history that the product shows is whole, tells of every act with its reason, and of every button that was
 * pressed.
 */

import { fullId } from '../../../core/record.ts';
import type { Commit } from '../../../runtime/index.ts';
import type { Act, Fact } from '../witness.ts';
import { type Oracle, type OracleParts, timeText } from './oracle.ts';

/** More than a seed has. */
const historyMax = 100_000;

export class AuditTrail implements Oracle {
  readonly #parts: OracleParts;
  readonly #acts = new Map<string, Act>();
  readonly #pressed: { readonly key: string; readonly type: string; readonly seq: number }[] = [];
  #seq = 0;

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  take(fact: Fact): void {
    if (fact.what === 'commit') this.#seq = fact.commit.seq;
    else if (fact.what === 'act-began') this.#acts.set(fact.act.key, fact.act);
    else if (fact.what === 'pressed')
      this.#pressed.push({ key: fact.press.key, type: fact.press.event.type, seq: this.#seq });
  }

  async finish(): Promise<void> {
    const { runtime } = this.#parts.room;
    if (runtime === null) return;
    const history = await runtime.history({ limit: historyMax });
    const first = history[0]?.seq ?? 0;
    if (history.length !== runtime.lastSeq() - first + 1)
      this.#parts.violate('audit', `${history.length} commits are shown of ${first} to ${runtime.lastSeq()}`);
    this.#judgeActs(history, first);
    this.#judgeButtons(history, first);
  }

  /** Of each act whose intent is still shown: what was folded away tells nothing. */
  #judgeActs(history: readonly Commit[], first: number): void {
    const { violate, intents } = this.#parts;
    const told = new Set<string>();
    const reasons = new Set<string>();
    for (const commit of history) {
      for (const { evidence, because } of commit.note.decisions)
        if (because !== '' && evidence) reasons.add(`${commit.key} ${String((evidence as { rung?: unknown }).rung)}`);
      for (const { src, token } of Object.values(commit.record?.executions ?? {}))
        if (src === 'remedy' && commit.record) told.add(fullId(commit.record, token));
    }
    for (const act of this.#acts.values()) {
      const intent = intents.of(act);
      const what = `${act.rung} of ${act.integration} at ${timeText(act.intendedAt)}`;
      if ((intent?.seq ?? first) >= first && !told.has(act.key)) violate('audit', `${what}: no commit tells of it`);
      if ((intent?.reasonSeq ?? first) >= first && !reasons.has(`${act.integration} ${act.rung}`))
        violate('audit', `${what}: no decision gives a reason`);
    }
  }

  /** Each button that was taken is an event that lies before the moment at which its presser was told. */
  #judgeButtons(history: readonly Commit[], first: number): void {
    const count = (events: readonly { readonly key: string; readonly type: string }[]) => {
      const counts = new Map<string, number>();
      for (const { key, type } of events) counts.set(`${key} ${type}`, (counts.get(`${key} ${type}`) ?? 0) + 1);
      return counts;
    };
    const shown = count(history.map(({ key, note }) => ({ key, type: note.event.type })));
    for (const [button, times] of count(this.#pressed.filter(({ seq }) => seq > first)))
      if ((shown.get(button) ?? 0) < times)
        this.#parts.violate('audit', `${button}: pressed ${times} times, shown ${shown.get(button) ?? 0} times`);
  }
}

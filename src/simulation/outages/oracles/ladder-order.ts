/**
 * - `rung-skipped`: a rung is passed over only for a reason, and a reason that can be counted must be true.
 * - `too-many-tries`: no rung is taken more often in an incident than its policy says.
 * - `yellow`: a connection that is only slow, flapping or stale opens no incident.
 *
 * What was tried is forgotten when all was well for the stated time, and with each look from the quarantine.
 */
import type { EscalationMemory } from '../../../../machines/escalation/memory.ts';
import type { Commit, InstanceRecord } from '../../../runtime/index.ts';
import type { Fact, Moment } from '../witness.ts';
import { everOpen } from './open-windows.ts';
import { type Oracle, type OracleParts, rungOf } from './oracle.ts';

/** What was tried by rung: counted from the last time at which it was forgotten for certain, and perhaps. */
interface Tally {
  readonly certain: Map<string, number>;
  readonly perhaps: Map<string, number>;
  /** Since when the ladder has been watching; null while it is not. */
  watching: Moment | null;
  /** The same, without the time in which the supervisor was away. */
  watchingHere: Moment | null;
}

/** A timer that is due at this very moment may have fired, or not. */
const slackMs = 2_000;

const yellow = new Set(['slow', 'flapping', 'stale']);

export class LadderOrder implements Oracle {
  readonly #parts: OracleParts;
  readonly #tallies = new Map<string, Tally>();
  /** When rungs were used, by integration and rung: as the components say. */
  readonly #uses = new Map<string, Map<string, number>>();

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  take(fact: Fact, moment: Moment): void {
    if (fact.what === 'act-began') {
      const name = `${fact.act.integration} ${fact.act.rung}`;
      const uses = this.#uses.get(name) ?? new Map<string, number>();
      this.#uses.set(name, uses.set(fact.act.key, fact.act.intendedAt));
    }
    if (fact.what === 'life-began')
      for (const tally of this.#tallies.values()) tally.watchingHere = tally.watching && moment;
    if (fact.what !== 'commit' || fact.commit.key.startsWith('~')) return;
    const { before, record } = fact.commit;
    if (record && before) this.#committed(fact.commit, memoryOf(before), memoryOf(record), moment);
  }

  #committed(commit: Commit, before: EscalationMemory, now: EscalationMemory, moment: Moment): void {
    const { key } = commit;
    const tally = this.#tallyOf(key);
    const [was, is] = [ladderOf(commit.before), ladderOf(commit.record)];
    if (before.incident === null && now.incident !== null && yellow.has(now.incident.because.code))
      this.#parts.violate('yellow', `${key}: an incident because it is ${now.incident.because.code}`);
    // A proof that ends it forgets nothing: all must have been well for the stated time.
    if (was === 'quarantined' && is === 'diagnosing') this.#forget(tally, true);
    if (is === 'watching' && was !== 'watching') Object.assign(tally, { watching: moment, watchingHere: moment });
    if (was === 'watching') this.#rest(key, tally, moment);
    if (is !== 'watching') Object.assign(tally, { watching: null, watchingHere: null });
    for (const [rung, count] of Object.entries(now.attempts))
      if (count > (before.attempts[rung] ?? 0)) this.#taken(key, tally, rung);
    if (commit.note.decisions.some(({ what }) => what.startsWith('Next: '))) this.#chosen(key, tally, now, commit.at);
  }

  /** Well for the stated time: what was tried is forgotten. For certain only by both clocks, and without being away. */
  #rest(key: string, tally: Tally, now: Moment): void {
    const resetMs = rungOf(this.#parts.config, key, '').ladder?.resetAfterMs ?? 0;
    const { watching, watchingHere } = tally;
    if (watching === null || watchingHere === null) return;
    const sure = Math.min(now.at - watchingHere.at, now.elapsedMs - watchingHere.elapsedMs) >= resetMs + slackMs;
    const perhaps = Math.max(now.at - watching.at, now.elapsedMs - watching.elapsedMs) >= resetMs - slackMs;
    if (perhaps) this.#forget(tally, sure);
  }

  #forget(tally: Tally, isCertain: boolean): void {
    tally.perhaps.clear();
    if (isCertain) tally.certain.clear();
  }

  #taken(key: string, tally: Tally, rung: string): void {
    for (const counts of [tally.certain, tally.perhaps]) counts.set(rung, (counts.get(rung) ?? 0) + 1);
    const most = rungOf(this.#parts.config, key, rung).rung?.attempts ?? 0;
    const count = tally.perhaps.get(rung) ?? 0;
    if (count > most) this.#parts.violate('too-many-tries', `${key}: ${rung} was taken ${count} times of ${most}`);
  }

  #chosen(key: string, tally: Tally, { rung, skipped, diagnosis }: EscalationMemory, at: number): void {
    const { violate } = this.#parts;
    for (const one of rungOf(this.#parts.config, key, '').ladder?.rungs ?? []) {
      if (one.id === rung) return;
      const why = skipped[one.id];
      if (why === undefined) violate('rung-skipped', `${key}: ${one.id} before ${rung}, for no reason`);
      else if (!this.#isTrue(key, tally, one.id, why, at, diagnosis?.rungs ?? []))
        violate('rung-skipped', `${key}: ${one.id} before ${rung}: "${why}" is not true`);
    }
  }

  #isTrue(key: string, tally: Tally, id: string, why: string, at: number, helping: readonly string[]): boolean {
    const { ladder, rung } = rungOf(this.#parts.config, key, id);
    if (!ladder || !rung) return false;
    const used = (of: readonly string[], windowMs: number) =>
      of.flatMap((one) => [...(this.#uses.get(`${key} ${one}`)?.values() ?? [])]).filter((use) => use > at - windowMs)
        .length;
    if (why.startsWith('tried ')) return (tally.certain.get(id) ?? 0) >= rung.attempts;
    if (why.startsWith('its budget of '))
      return rung.budget !== null && used([id], rung.budget.windowMs) >= rung.budget.max;
    if (why.startsWith('the budget over all of ')) {
      const all = ladder.rungs.map((one) => one.id);
      return ladder.budget !== null && used(all, ladder.budget.windowMs) >= ladder.budget.max;
    }
    if (why.startsWith('cannot help: ')) return !helping.includes(id);
    if (why.startsWith('makes no sense now: ')) return rung.needs.length > 0;
    if (why.startsWith('nobody agreed') || why.startsWith('declined: ')) return rung.approval.required;
    if (why.startsWith('it would touch ')) return this.#parts.config.fleet.blastRadiusMax !== null;
    return why.startsWith('none of its windows ') && !everOpen([ladder.windows, rung.windows]);
  }

  #tallyOf(key: string): Tally {
    const known = this.#tallies.get(key) ?? {
      certain: new Map(),
      perhaps: new Map(),
      watching: null,
      watchingHere: null,
    };
    this.#tallies.set(key, known);
    return known;
  }
}

const memoryOf = (record: InstanceRecord): EscalationMemory =>
  (record.snapshot.context as unknown as { readonly escalation: EscalationMemory }).escalation; // of the integration machine

const ladderOf = (record: InstanceRecord | null): string =>
  (record?.snapshot.value as { readonly escalation?: string } | undefined)?.escalation ?? '';

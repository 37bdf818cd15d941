/**
 * Rules over the acts themselves, as the components experience them:
 *
 * - `acted-twice`: nothing is done again whose effect was there when it was asked for.
 * - `budget`: no more uses within a rolling window than the rung, or the ladder, allows.
 * - `cool-down`: two uses of a rung are apart.
 * - `window`: a remedy begins only while its windows are open.
 * - `exclusion`: a component is worked on by one remedy at a time, a server together with the plugins that it carries.
 * - `taken-away`: no component is taken from hands that keep it too long: here all of them come back and let go in time.
 * - `fencing`: no older owner acts after a newer one.
 */
import type { Config } from '../../../supervise/config.ts';
import type { Act, Fact, Moment } from '../witness.ts';
import { areOpen } from './open-windows.ts';
import { type Oracle, type OracleParts, rungOf, timeText } from './oracle.ts';

interface Use {
  readonly act: Act;
  readonly at: number;
}

export class Acts implements Oracle {
  readonly #parts: OracleParts;
  /** First begins by key, in order. */
  readonly #uses = new Map<string, Use>();
  readonly #working = new Map<string, string>();
  readonly #tokens = new Map<string, number>();
  /** When the clock was set last, as it showed after that; judgements over it say nothing. */
  #jumped: readonly { readonly from: number; readonly to: number }[] = [];

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  take(fact: Fact, moment: Moment): void {
    if (fact.what === 'act-began') this.#began(fact.act, fact.hadEffect, moment);
    else if (fact.what === 'act-ended' && this.#working.get(fact.act.component) === fact.act.key)
      this.#working.delete(fact.act.component);
    else if (fact.what === 'life-ended') this.#working.clear();
    else if (fact.what === 'commit' && fact.commit.note.event.type.startsWith('xstate.after.expiry'))
      this.#parts.violate('taken-away', 'a component was taken from whoever worked on it');
    else if (fact.what === 'clock-jumped')
      this.#jumped = [...this.#jumped, { from: moment.at - fact.ms, to: moment.at }];
  }

  #began(act: Act, hadEffect: boolean, { at }: Moment): void {
    const { violate, config } = this.#parts;
    const isAgain = this.#uses.has(act.key);
    if (hadEffect && !this.#isJumpSince(act.intendedAt))
      violate('acted-twice', `${act.component} for ${act.key}: its effect was there already`);
    for (const component of [act.component, ...entangledWith(config, act.component)]) {
      const other = this.#working.get(component);
      if (other !== undefined && other !== act.key)
        violate('exclusion', `${act.component}: ${act.key} began while ${other} was at work on ${component}`);
    }
    this.#working.set(act.component, act.key);
    if (act.fencingToken < (this.#tokens.get(act.component) ?? 0))
      violate('fencing', `${act.component}: token ${act.fencingToken} after a newer one`);
    this.#tokens.set(act.component, act.fencingToken);
    if (isAgain) return;
    this.#judgeWindow(act);
    this.#judgeBudget(act);
    this.#uses.set(act.key, { act, at });
  }

  #judgeWindow(act: Act): void {
    const { config, violate } = this.#parts;
    const { ladder, rung } = rungOf(config, act.integration, act.rung);
    for (const windows of [ladder?.windows, rung?.windows])
      if (windows && areOpen(windows, act.intendedAt) === false)
        violate('window', `${act.rung} of ${act.integration} at ${timeText(act.intendedAt)}`);
  }

  #judgeBudget(act: Act): void {
    const { config, intents, violate } = this.#parts;
    const { ladder, rung } = rungOf(config, act.integration, act.rung);
    const own = [...this.#uses.values()].map((use) => use.act).filter((use) => use.integration === act.integration);
    const same = own.filter((use) => use.rung === act.rung);
    // By both clocks: the one on the wall jumps, and across an absence the ladder has no other.
    const elapsedMs = (use: Act) => intents.of(use)?.elapsedMs ?? 0;
    const isWithin = (use: Act, windowMs: number) =>
      use.intendedAt > act.intendedAt - windowMs && elapsedMs(use) > elapsedMs(act) - windowMs;
    const within = (uses: readonly Act[], windowMs: number) => uses.filter((use) => isWithin(use, windowMs)).length + 1;
    if (rung?.budget && within(same, rung.budget.windowMs) > rung.budget.max)
      violate('budget', `${act.rung} of ${act.integration}: more than ${rung.budget.max} in its window`);
    if (ladder?.budget && within(own, ladder.budget.windowMs) > ladder.budget.max)
      violate('budget', `all rungs of ${act.integration}: more than ${ladder.budget.max} in the window`);
    const last = same.at(-1);
    if (!last || !rung || this.#isJumpSince(last.intendedAt)) return;
    if (act.intendedAt - last.intendedAt < rung.cooldownMs)
      violate('cool-down', `${act.rung} of ${act.integration}: ${act.intendedAt - last.intendedAt} ms after the last`);
  }

  #isJumpSince(at: number): boolean {
    return this.#jumped.some(({ from, to }) => from >= at || to >= at);
  }
}

/** What is restarted with a component, or by what it is restarted: a server carries its plugins. */
function entangledWith({ integrations }: Config, component: string): readonly string[] {
  return integrations.flatMap(({ id, server }) => {
    const [plugin, carrier] = [`plugin:${id}`, `server:${server}`];
    return component === plugin ? [carrier] : component === carrier ? [plugin] : [];
  });
}

/** Plays one seed to its verdict, and answers everything that is worth counting. */

import { type Counts, count, pairOf } from './coverage.ts';
import { touchesAll } from './faults/menu.ts';
import { Oracles } from './oracles/all.ts';
import { Outage, type OutageOptions } from './outage.ts';
import { patienceOf } from './patience.ts';
import { watchRareThings } from './sometimes.ts';
import type { Violation } from './violation.ts';

export interface Played {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly simulatedMs: number;
  /** From the end of the faults to the proof; null when an oracle spoke before. */
  readonly convergedMs: number | null;
  readonly commits: number;
  readonly planned: number;
  readonly faults: Counts;
  readonly pairs: Counts;
  readonly rare: Counts;
  /** The same for the same seed, to the byte. */
  readonly fingerprint: string;
}

export async function play(options: OutageOptions): Promise<Played> {
  const outage = new Outage(options);
  const { room } = outage;
  const oracles = new Oracles(room);
  const [faults, pairs, rare]: Counts[] = [{}, {}, {}];
  const tally = { faults: faults ?? {}, pairs: pairs ?? {}, rare: rare ?? {} };
  watchRareThings(room.witness, tally.rare);
  outage.onStruck(({ kind }, site) => {
    count(tally.faults, kind);
    // Whoever is down is in no state.
    if (!room.isUp) return;
    const met = touchesAll(kind) ? [...room.sites.keys()] : [site.id];
    for (const key of met) for (const state of outage.states.of(key)) count(tally.pairs, pairOf(state, kind));
  });
  const convergedMs = await suffer(outage, oracles);
  if (oracles.violations.length === 0) await oracles.finish();
  const { violations } = oracles;
  const simulatedMs = room.clock.monotonic();
  const fingerprint = room.witness.fingerprint();
  await outage.close();
  const { seq: commits } = room.witness;
  return {
    seed: options.seed,
    violations,
    simulatedMs,
    convergedMs,
    commits,
    planned: outage.plan.length,
    ...tally,
    fingerprint,
  };
}

async function suffer(outage: Outage, oracles: Oracles): Promise<number | null> {
  const hasFailed = () => oracles.haveSpoken;
  await outage.suffer(hasFailed);
  if (hasFailed()) return null;
  outage.heal();
  const limitMs = patienceOf(outage.room.config);
  const convergedMs = await outage.converge(limitMs, hasFailed);
  if (convergedMs === null && !hasFailed())
    oracles.violate('not-converged', `within ${Math.round(limitMs / 3_600_000)} h: ${outage.describe()}`);
  return convergedMs;
}

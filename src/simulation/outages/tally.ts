/** What many seeds have in common: sums, longest times, and what was never met. */
import { add, type Counts, count, coverageOf } from './coverage.ts';
import { faultKinds } from './faults/menu.ts';
import type { Played } from './play.ts';
import { rareThings } from './sometimes.ts';

const yearMs = 365.25 * 24 * 3_600_000;

export class Tally {
  seeds = 0;
  readonly failed: number[] = [];
  readonly #faults: Counts = {};
  readonly #pairs: Counts = {};
  readonly #rare: Counts = {};
  readonly #violations: Counts = {};
  #simulatedMs = 0;
  #commits = 0;
  #longest = { ms: 0, seed: 0 };

  take({ seed, violations, simulatedMs, convergedMs, commits, faults, pairs, rare }: Played): void {
    this.seeds += 1;
    this.#simulatedMs += simulatedMs;
    this.#commits += commits;
    add(this.#faults, faults);
    add(this.#pairs, pairs);
    add(this.#rare, rare);
    if (convergedMs !== null && convergedMs > this.#longest.ms) this.#longest = { ms: convergedMs, seed };
    for (const { oracle } of violations.slice(0, 1)) count(this.#violations, oracle);
    if (violations.length > 0) this.failed.push(seed);
  }

  /** Every pair of state and fault that was never met, by name. */
  coverage(): object {
    const { pairs, covered, holes } = coverageOf(this.#pairs);
    return { kind: 'coverage', pairs, covered, share: round(covered / pairs), holes };
  }

  /** The rare things, each with how often it was met. */
  sometimes(): object {
    const counts = Object.fromEntries(rareThings.map((name) => [name, this.#rare[name] ?? 0]));
    return { kind: 'sometimes', never: rareThings.filter((name) => this.#rare[name] === undefined), counts };
  }

  result(seconds: number): object {
    const { pairs, covered } = coverageOf(this.#pairs);
    return {
      kind: 'result',
      seeds: this.seeds,
      failed: this.failed.slice(0, 50).sort((one, other) => one - other),
      violations: this.#violations,
      simulatedYears: round(this.#simulatedMs / yearMs),
      commits: this.#commits,
      faults: Object.fromEntries(faultKinds.map((kind) => [kind, this.#faults[kind] ?? 0])),
      faultsAll: Object.values(this.#faults).reduce((sum, one) => sum + one, 0),
      coverage: `${covered} of ${pairs} pairs of state and fault`,
      longestConvergenceMinutes: Math.round(this.#longest.ms / 60_000),
      longestConvergenceSeed: this.#longest.seed,
      simulatedHoursPerSecond: Math.round(this.#simulatedMs / 3_600_000 / Math.max(seconds, 0.001)),
      seconds: Math.round(seconds),
    };
  }
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;

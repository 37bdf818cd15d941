/** When a plugin host is killed in the course of one run: seeded, and spread over the whole of it. */
import { randomOf } from '../../src/simulation/random.ts';

export interface Moment {
  /** Share of the cardholders that must have been walked, 0 to 1; 1 is the proof. */
  readonly at: number;
  /** And how long after that. */
  readonly delayMs: number;
}

/** Nine tenths of them while entities are written, the others while both sides are held against each other. */
export function killMoments(count: number, seed: number): readonly Moment[] {
  const random = randomOf(seed, 'kills');
  return Array.from({ length: count }, () => ({
    at: random.chance(0.9) ? random.next() * 0.99 : 1,
    delayMs: random.below(250),
  })).sort((one, other) => one.at - other.at);
}

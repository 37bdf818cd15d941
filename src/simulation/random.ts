/** Repeatable chance: everything that a simulation decides comes from one seed. */
import { seededNumbers } from '../core/seeded-numbers.ts';

/** Draws for one purpose, from 0 (inclusive) to 1 (exclusive) at the bottom of each. */
export interface Random {
  next(): number;
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number;
  /** True in `share` (0 to 1) of the cases. */
  chance(share: number): boolean;
  /** One of the items; undefined when there are none. */
  pick<Item>(items: readonly Item[]): Item | undefined;
}

/** Give each purpose a text of its own: what is drawn for one never depends on how much was drawn for another. */
export function randomOf(seed: number, purpose: string): Random {
  const next = seededNumbers(`${seed}:${purpose}`);
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, chance: (share) => next() < share, pick: (items) => items[below(items.length)] };
}

/** A small generator of repeatable randomness: the same seed gives the same world on every machine. */
import { seededNumbers } from '../core/seeded-numbers.ts';

export interface SeededRandom {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** A whole number from `min` to `max`, both inclusive. */
  integer(min: number, max: number): number;
  /** True in `share` (0 to 1) of the cases. */
  chance(share: number): boolean;
  /** One of the items, which must not be empty. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
}

/**
 * A generator for one purpose. Give each purpose its own seed text (`7:person:12`): what is drawn for one thing then
 * never depends on how much was drawn for another. Not for secrets.
 */
export function seededRandom(seed: string | number): SeededRandom {
  const next = seededNumbers(String(seed));
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    chance: (share) => next() < share,
    pick: <T>(items: readonly [T, ...T[]]): T => items[integer(0, items.length - 1)] ?? items[0],
    hex: (length) => Array.from({ length }, () => integer(0, 15).toString(16)).join(''),
  };
}

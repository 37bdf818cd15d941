/** Repeatable chance: everything that a simulation decides comes from one seed. */

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
  const next = mulberry32(hashText(`${seed}:${purpose}`));
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, chance: (share) => next() < share, pick: (items) => items[below(items.length)] };
}

/** FNV-1a with a final mix, so that neighbouring seeds do not give neighbouring worlds. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Mulberry32: 32 bits of state, public domain. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

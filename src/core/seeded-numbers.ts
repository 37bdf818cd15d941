/** Repeatable numbers for simulations: the same text gives the same ones on every machine. Not for secrets. */

/** Numbers from 0 (inclusive) to 1 (exclusive), decided by the text alone. */
export function seededNumbers(text: string): () => number {
  return mulberry32(hashText(text));
}

/** FNV-1a over UTF-16 code units with a final mix, so that neighbouring seeds do not give neighbouring worlds. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Mulberry32: 32 bits of state, public domain, good enough for test worlds. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

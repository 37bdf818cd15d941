/** Exponential backoff with full jitter, as a pure function of a salt: the same instance repeats the same delays. */

export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * The wait before try number `attempt` (0 and up), in milliseconds: between a tenth of the ceiling and the ceiling,
 * where the ceiling doubles with each try up to `maxMs`. Never 0, so that nothing hammers.
 */
export function backoffMs(backoff: Backoff, attempt: number, salt: string): number {
  const ceiling = Math.min(backoff.maxMs, backoff.initialMs * 2 ** Math.min(attempt, 30));
  return Math.ceil(ceiling * (0.1 + 0.9 * fraction(`${salt}:${attempt}`)));
}

/** FNV-1a of the text, as a number from 0 up to 1: jitter needs spread, not secrecy. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 0x1_0000_0000;
}

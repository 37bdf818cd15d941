/** The best latency of the last minute or two, against which a later one is called near or far. */

export interface BestLatency {
  /** Best of the window under way, milliseconds. */
  readonly ms: number;
  /** Best of the window before it; infinity where there was none. */
  readonly earlierMs: number;
  /** When the window under way began, on the clock that never jumps. */
  readonly since: number;
}

/**
 * How long a best is measured; it counts for one window more. Long enough that a server which became slow under us still
 * has a good one to be compared with, short enough that one lucky answer does not hold the limit down for good.
 */
const windowMs = 60_000;

/** A latency is near when it is at most this many times the best ... */
const nearFactor = 2;

/** ... and this much: below it, differences are those of the network and of scheduling, milliseconds. */
const nearSlackMs = 20;

/** The best after one more answer. The same object where nothing has changed. */
export function bestAfter(best: BestLatency | undefined, latencyMs: number, at: number): BestLatency {
  if (best === undefined || at - best.since >= 2 * windowMs) {
    return { ms: latencyMs, earlierMs: Number.POSITIVE_INFINITY, since: at };
  }
  if (at - best.since >= windowMs) return { ms: latencyMs, earlierMs: best.ms, since: at };
  return latencyMs < best.ms ? { ...best, ms: latencyMs } : best;
}

/** Whether a latency is that of a server with room to spare. */
export function isNear(best: BestLatency, latencyMs: number): boolean {
  return latencyMs <= Math.min(best.ms, best.earlierMs) * nearFactor + nearSlackMs;
}

/** How fast a run advances, measured from what the page has seen of it in the last seconds. */

/** Records done at a time, over all entity types. */
export interface PaceSample {
  readonly at: number;
  readonly done: number;
}

const windowMs = 30_000;

/** The samples of one run within the window, the new one included. Progress that went back starts afresh. */
export function withSample(samples: readonly PaceSample[], sample: PaceSample): readonly PaceSample[] {
  const last = samples.at(-1);
  if (last && last.done > sample.done) return [sample];
  if (last && last.done === sample.done && sample.at - last.at < 1_000) return samples;
  return [...samples.filter(({ at }) => at > sample.at - windowMs), sample];
}

/** Records per second over the window; null until two seconds are seen. */
export function paceOf(samples: readonly PaceSample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < 2_000) return null;
  return ((last.done - first.done) * 1_000) / (last.at - first.at);
}

/** Milliseconds until `total` at this pace; null when it cannot be said. */
export function timeLeftMs(done: number, total: number | null, perSecond: number | null): number | null {
  if (total === null || perSecond === null || perSecond <= 0) return null;
  return (Math.max(0, total - done) / perSecond) * 1_000;
}

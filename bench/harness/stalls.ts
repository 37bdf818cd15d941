/** How long the event loop kept others waiting. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds by which a timer of one millisecond came late. */
export interface Stalls {
  readonly p999: number;
  readonly max: number;
  readonly samples: number;
}

/** Watches the event loop while `load` runs. */
export async function stallsDuring(load: () => Promise<unknown>): Promise<Stalls> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await load();
  histogram.disable();
  // The histogram holds the nanoseconds between two ticks, the millisecond that was asked for included.
  const late = (nanoseconds: number) => Math.max(nanoseconds / 1e6 - 1, 0);
  return { p999: late(histogram.percentile(99.9)), max: late(histogram.max), samples: histogram.count };
}

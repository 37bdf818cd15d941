/** Memory that is really held, and whether it stays what it was. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { invariant } from '../../core/errors.ts';

/** Bytes of the heap after everything unreachable was collected. Needs `node --expose-gc`. */
export async function heldHeapBytes(): Promise<number> {
  // Finalizers give up what they hold a turn later, so that one collection is not enough.
  for (let turn = 0; turn < 4; turn += 1) {
    await letOthersRun();
    invariant(globalThis.gc !== undefined, 'the simulation runs with --expose-gc');
    await globalThis.gc({ execution: 'async', type: 'major' });
  }
  return process.memoryUsage().heapUsed;
}

/** The mean of the last quarter of the samples over that of the second; null while there are fewer than four. */
export function growthOf(samples: readonly number[]): number | null {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return null;
  const mean = (from: number) => samples.slice(from, from + quarter).reduce((sum, one) => sum + one, 0) / quarter;
  return mean(samples.length - quarter) / mean(quarter);
}

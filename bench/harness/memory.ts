/** Memory that is really held: what is left after everything unreachable was collected. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { invariant } from '../../src/core/errors.ts';

/** Bytes of the heap and of what it holds outside (buffers). Needs `node --expose-gc`. */
export async function heldBytes(): Promise<number> {
  // Finalizers and closed handles give up what they hold a turn later, so that one collection is not enough.
  for (let i = 0; i < 4; i++) {
    await letOthersRun();
    invariant(globalThis.gc !== undefined, 'the benchmark runs with --expose-gc');
    await globalThis.gc({ execution: 'async', type: 'major' });
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

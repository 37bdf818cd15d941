/** Reads entities back from the target and answers the hash of what is really there. */
import { chunks, forEachBounded } from './bounded-concurrency.ts';
import { entityHash } from './map.ts';
import type { SyncSides } from './run-context.ts';

/** Content hash by id; ids that no longer exist are absent. */
export async function readBack(
  { target, limits, signal }: Pick<SyncSides, 'target' | 'limits' | 'signal'>,
  type: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { readBatch, maxConcurrency } = target.capabilities;
  const batches = chunks(ids, Math.max(1, readBatch));
  const answers = await forEachBounded(batches, Math.min(limits.readConcurrency, maxConcurrency), (batch) =>
    target.read(type, batch, signal),
  );
  return new Map(answers.flat().map((stored) => [stored.id, entityHash(stored)]));
}

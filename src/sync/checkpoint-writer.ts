/** Changes the checkpoint of an index that a run and a request for one entity may both be writing to. */
import { type Checkpoint, emptyCheckpoint } from './checkpoint.ts';
import type { Claims } from './claims.ts';
import type { EntityIndex, IndexCommit } from './index/entity-index.ts';

/** The name under which the checkpoint is claimed while it is read and written. */
const checkpointName = '\u0000checkpoint';

/** Reads the checkpoint, changes it and commits it with the rows, with nobody in between; answers it as it is now. */
export async function updateCheckpoint(
  { index, claims }: { readonly index: EntityIndex; readonly claims: Claims },
  update: (stored: Checkpoint) => Checkpoint,
  changes: Omit<IndexCommit, 'checkpoint'> = {},
): Promise<Checkpoint> {
  return await claims.during([checkpointName], async () => {
    const checkpoint = update((await index.checkpoint()) ?? emptyCheckpoint);
    await index.commit({ ...changes, checkpoint });
    return checkpoint;
  });
}

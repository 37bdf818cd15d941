/** Makes records be compared again whose entities in the target are not what the index said. */
import type { EntityIndex, IndexEntry, IndexedRecord } from './index/entity-index.ts';

/** The records of the entities, without the fingerprint that would let the next walk pass over them. */
export async function distrusted(
  index: EntityIndex,
  entries: readonly (IndexEntry | null | undefined)[],
): Promise<readonly IndexedRecord[]> {
  const origins = entries.flatMap((entry) => entry?.origin ?? []);
  const records = await index.lookupRecords(origins);
  return records.flatMap((record) => (record !== null && record.print !== null ? [{ ...record, print: null }] : []));
}

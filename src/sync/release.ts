/** Forgets records that the source no longer has; what they yielded becomes a candidate of the sweep. */
import type { Mark } from './index/entity-index.ts';
import type { SyncSides } from './run-context.ts';

/** Nothing is deleted here: the sweep looks for each of them once more, and its guards at all of them together. */
export async function releaseRecords({ index }: SyncSides, kind: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const gone = new Set(keys);
  const dropRecords = [...gone].map((key) => ({ kind, key }));
  const left = (await index.lookupRecords(dropRecords)).flatMap((record) => record?.entities ?? []);
  const dropMarks = (await index.lookup(left)).flatMap((entry): Mark[] =>
    entry?.origin?.kind === kind && gone.has(entry.origin.key) ? [{ name: `entries:${entry.type}`, n: entry.n }] : [],
  );
  await index.commit({ dropRecords, dropMarks });
}

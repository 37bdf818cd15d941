/** Forgets records that the source no longer has; what they yielded becomes a candidate of the sweep. */
import type { Mark, RejectedEntity } from './index/entity-index.ts';
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
  await index.commit({ dropRecords, dropMarks, dropRejected: await neverWritten(index, kind, gone) });
}

/** Rejections of what such records yielded and the target never held; of what it holds, the sweep forgets them. */
async function neverWritten(
  index: SyncSides['index'],
  kind: string,
  gone: ReadonlySet<string>,
): Promise<readonly RejectedEntity[]> {
  const dropped: RejectedEntity[] = [];
  for await (const batch of index.rejected()) {
    const own = batch.filter(({ origin }) => origin?.kind === kind && gone.has(origin.key));
    const entries = await index.lookup(own);
    dropped.push(...own.filter((_, at) => entries[at] === null));
  }
  return dropped;
}

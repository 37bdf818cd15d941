/**
 * Reads once more what a proof has seen in the target. Between the proof and the mending a request for one entity may have
 * put it right: what is written is decided by what is there while nobody else works on it.
 */
import { type EntityRef, type IndexEntry, refName } from './index/entity-index.ts';
import type { KnownContent } from './page.ts';
import { readBack } from './read-back.ts';
import type { WriteContext } from './run-context.ts';

/** What is known of these entities, as it is now. Call with their names claimed. */
export async function lookAgain(
  context: WriteContext,
  refs: readonly EntityRef[],
  known: ReadonlyMap<string, KnownContent>,
): Promise<ReadonlyMap<string, KnownContent>> {
  const now = new Map<string, KnownContent>();
  if (known.size === 0) return now;
  const named = refs.filter((ref) => known.has(refName(ref)));
  const entries = await context.index.lookup(named);
  for (const type of new Set(named.map((ref) => ref.type))) {
    const ids = named.flatMap((ref, at) => (ref.type === type ? idsOf(known.get(refName(ref)), entries[at]) : []));
    const hashes = await readBack(context, type, [...new Set(ids)]);
    named.forEach((ref, at) => {
      if (ref.type !== type) return;
      const id = idsOf(known.get(refName(ref)), entries[at]).find((one) => hashes.has(one));
      now.set(refName(ref), id === undefined ? 'gone' : { id, hash: hashes.get(id) ?? '' });
    });
  }
  return now;
}

/** Where the entity may be: under the id that the proof has met, else under the one that the index knows. */
function idsOf(content: KnownContent | undefined, entry: IndexEntry | null | undefined): readonly string[] {
  return [...(content === undefined || content === 'gone' ? [] : [content.id]), ...(entry ? [entry.id] : [])];
}

/**
 * Deletes from the target what the source no longer has: late, with evidence, and never in masses.
 *
 * A delete needs a walk that came to its end, a second listing of keys that the walk covers, and a second look at the
 * record itself (facts of the domain: lists shift while they are walked, and an error can look like an absence). All
 * guards are judged for all types before the first delete; tripping one deletes nothing.
 */
import { CodedError, toErrorData } from '../core/errors.ts';
import { chunks, forEachBounded } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import { deletesAllowed } from './delete-guard.ts';
import { distrusted } from './distrust.ts';
import { type IndexEntry, type RejectedEntity, refName } from './index/entity-index.ts';
import { stepsOf, typesOf } from './mapping.ts';
import { type Changed, kindsAffected } from './relations.ts';
import type { RunContext } from './run-context.ts';
import { addWritten } from './run-result.ts';
import { type Candidates, gatherCandidates, isStale } from './sweep-candidates.ts';
import { confirmAbsent, isVisible, listKinds } from './sweep-evidence.ts';

/** Which guard stopped the sweep; null when none did. */
export type SweepTrip = 'empty-source' | 'delete-guard' | 'visibility' | null;

/** Deletes what is proven to be gone; answers the guard that stopped it, and how much was deleted. */
export async function sweep(context: RunContext): Promise<{ readonly tripped: SweepTrip; readonly deleted: number }> {
  const { mapping, index, run, limits } = context;
  const candidates: Candidates[] = [];
  for (const type of typesOf(mapping)) {
    const before = run.state.deleted[type] ?? 0;
    const size = (await index.countEntries(type)) + before;
    const allowed = (context.approveDeletes ? size : deletesAllowed(size, limits)) - before;
    const gathered = await gatherCandidates(context, type, allowed);
    if (gathered.entries.length > 0) candidates.push(gathered);
  }
  if (candidates.length === 0) return { tripped: null, deleted: 0 };

  const listings = await listKinds(context, candidates);
  const confirmed: { readonly type: string; readonly entries: readonly IndexEntry[] }[] = [];
  for (const { type, entries, allowed, overflow } of candidates) {
    const kinds = stepsOf(mapping, type).map(({ kind }) => kind);
    const isEmpty = (kind: string) => (run.state.walked[kind] ?? 0) === 0 || listings.get(kind)?.count === 0;
    if (
      !context.approveDeletes &&
      entries.some(({ origin }) => (origin ? isEmpty(origin.kind) : kinds.every(isEmpty)))
    ) {
      return { tripped: 'empty-source', deleted: 0 };
    }
    for (const kind of kinds) {
      if (!(await isVisible(context, kind))) return { tripped: 'visibility', deleted: 0 };
    }
    if (overflow) return { tripped: 'delete-guard', deleted: 0 };
    const absent = await confirmAbsent(context, type, entries, listings, allowed);
    if (absent.length > allowed) return { tripped: 'delete-guard', deleted: 0 };
    confirmed.push({ type, entries: absent });
  }
  let deleted = 0;
  for (const { type, entries } of confirmed.reverse()) deleted += await deleteAll(context, type, entries);
  return { tripped: null, deleted };
}

/** Deletes entities of one type; dependents went before. */
async function deleteAll(context: RunContext, type: string, entries: readonly IndexEntry[]): Promise<number> {
  const { index, claims, signal } = context;
  let count = 0;
  for (const part of chunks(entries, 50)) {
    stopIfCancelled(signal);
    count += await claims.during(part.map(refName), async () => {
      // A request for one entity may have brought one of them over since it was looked at.
      const now = await index.lookup(part);
      const stale = part.filter((entry, at) => now[at]?.id === entry.id && isStale(index, now[at]));
      return await deletePart(context, type, stale);
    });
  }
  return count;
}

async function deletePart(context: RunContext, type: string, entries: readonly IndexEntry[]): Promise<number> {
  const { target, index, limits, run } = context;
  const limit = Math.min(limits.pageConcurrency, target.capabilities.maxConcurrency);
  const refusals = await forEachBounded(entries, limit, (entry) => remove(context, entry));
  const gone = entries.filter((_, at) => refusals[at] === null);
  const changed = gone.map(({ key }): Changed => ({ type, key, how: 'gone' }));
  // Whoever refers to one of them was compared while it was still there.
  const affected = kindsAffected(changed, run.known.relations).filter((kind) => run.hasBegun(kind));
  await run.commit(
    ({ deleted, written, rewalk }) => ({
      deleted: { ...deleted, [type]: (deleted[type] ?? 0) + gone.length },
      written: addWritten(written, { deleted: gone.length }),
      rewalk: [...new Set([...rewalk, ...affected])],
    }),
    {
      dropEntries: gone,
      // Who comes back as he was is created again.
      putRecords: await distrusted(index, gone),
      dropRejected: gone,
      putRejected: refusals.filter((one) => one !== null),
    },
    { changed },
  );
  return gone.length;
}

/** Null when the entity is gone, a rejected record when the target refuses to delete it. */
async function remove({ target, index, clock, signal }: RunContext, entry: IndexEntry): Promise<RejectedEntity | null> {
  try {
    await target.remove(entry.type, entry.id, signal);
    return null;
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'SW_REFUSED') throw error;
    const [before] = await index.lookupRejected([entry]);
    const at = clock.now();
    const { type, key, origin } = entry;
    const times = { firstAt: before?.firstAt ?? at, lastAt: at, tries: (before?.tries ?? 0) + 1, nextTryAt: 0 };
    return { type, key, because: 'refused', ...toErrorData(error), hash: null, origin, ...times };
  }
}

/** Forgets rejections and records of what the source no longer has. Called when the proof has found both sides equal. */
export async function forgetVanished({ index, mapping }: RunContext): Promise<void> {
  for (const { kind } of mapping.steps) {
    const met = index.marks(`records:${kind}`);
    for await (const batch of index.records(kind)) {
      const dropRecords = batch.filter(({ n }) => !met.has(n));
      if (dropRecords.length > 0) await index.commit({ dropRecords });
    }
  }
  for await (const batch of index.rejected()) {
    const origins = await index.lookupRecords(batch.map(({ origin }) => origin ?? { kind: '', key: '' }));
    const entries = await index.lookup(batch);
    const dropRejected = batch.filter(
      (row, at) => entries[at] === null && !origins[at]?.entities.some((ref) => refName(ref) === refName(row)),
    );
    if (dropRejected.length > 0) await index.commit({ dropRejected });
  }
}

/**
 * Forgets conflicts that are over: the record that had lost is gone, or no longer yields the entity. The other one may be
 * passed over as unchanged, so that its page would not tell.
 */
export async function forgetSettled({ index, mapping }: RunContext): Promise<void> {
  const walked = new Set(mapping.steps.map(({ kind }) => kind));
  for await (const batch of index.rejected()) {
    const lost = batch.flatMap((row) =>
      row.because === 'conflict' && row.origin && walked.has(row.origin.kind) ? [{ row, origin: row.origin }] : [],
    );
    const records = await index.lookupRecords(lost.map(({ origin }) => origin));
    const dropRejected = lost.flatMap(({ row }, at) => {
      const record = records[at];
      const isMet = record && index.marks(`records:${record.kind}`).has(record.n);
      return isMet && record.entities.some((ref) => refName(ref) === refName(row)) ? [] : [row];
    });
    if (dropRejected.length > 0) await index.commit({ dropRejected });
  }
}

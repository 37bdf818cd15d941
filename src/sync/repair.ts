/** Mends, within a run, exactly the entities that its proof has named. */
import { applyRecords } from './apply.ts';
import { chunks, forEachBounded } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import { type EntityRef, type IndexEntry, type Origin, refName } from './index/entity-index.ts';
import type { MappingStep } from './mapping.ts';
import type { KnownContent } from './page.ts';
import type { Verdict } from './prove.ts';
import { releaseRecords } from './release.ts';
import { removeDuplicate } from './remove-duplicate.ts';
import { isDue } from './retry-clock.ts';
import type { RunContext } from './run-context.ts';
import { addWritten } from './run-result.ts';
import type { TypeFindings } from './target-judgement.ts';
import type { Met } from './target-pages.ts';

/** What is to be read from the source again, and what is known of the target. */
interface Plan {
  readonly origins: Map<string, Origin>;
  readonly known: Map<string, KnownContent>;
  /** Marked entities of which the index knew nothing. */
  readonly adopt: IndexEntry[];
  readonly duplicates: (Met & { readonly type: string })[];
}

/**
 * Brings the named entities over again, and hands what should not be there to the next sweep. Differences of a sort
 * that are too many to be named one by one are left to the next full run.
 *
 * @param mayDelete whether duplicates may be removed; false when a guard has tripped.
 * @returns whether there was anything to do.
 */
export async function mend(context: RunContext, verdict: Verdict, mayDelete: boolean): Promise<boolean> {
  const plan = await planRepair(context, verdict);
  if (plan.adopt.length > 0) await context.index.commit({ putEntries: plan.adopt });
  const removed = mayDelete ? await removeDuplicates(context, plan.duplicates) : 0;
  for (const step of context.mapping.steps) {
    const keys = [...plan.origins.values()].filter(({ kind }) => kind === step.kind).map(({ key }) => key);
    for (const part of chunks(keys, 100)) await bringOver(context, step, part, plan.known);
  }
  return plan.origins.size > 0 || plan.adopt.length > 0 || removed > 0;
}

/**
 * Offers rejected records again whose time has come and that the walk did not bring: a source that tells only changes
 * never shows them by itself. Those that the walk has not met are looked at as well: who is gone is forgotten;
 * and those who have lost an entity that nobody has any more.
 */
export async function retryDue(context: RunContext): Promise<void> {
  const { index, clock, run, mapping, limits } = context;
  const due: Origin[] = [];
  const triedInRun = (lastAt: number) => lastAt >= run.state.startedAt && lastAt <= clock.now();
  for await (const batch of index.rejected()) {
    const records = await index.lookupRecords(batch.map(({ origin }) => origin ?? { kind: '', key: '' }));
    const entries = await index.lookup(batch);
    batch.forEach((row, at) => {
      const { type, because, origin, lastAt } = row;
      const [record, entry] = [records[at], entries[at]];
      const isMet = record && index.marks(`records:${record.kind}`).has(record.n);
      // Whoever has had it has given it up: before the sweep may look at it, it is the other one's.
      const isFree = because === 'conflict' && !(entry && index.marks(`entries:${type}`).has(entry.n));
      if (origin && (!isMet || isFree || (isDue(row, clock.now()) && !triedInRun(lastAt)))) due.push(origin);
    });
  }
  for (const step of mapping.steps) {
    const keys = due.filter(({ kind }) => kind === step.kind).map(({ key }) => key);
    for (const part of chunks(keys.slice(0, limits.repairCountMax), 100))
      await bringOver(context, step, part, new Map());
  }
}

async function planRepair(context: RunContext, { view, types }: Verdict): Promise<Plan> {
  const plan: Plan = { origins: new Map(), known: new Map(), adopt: [], duplicates: [] };
  for (const changed of [view.appeared, view.vanished]) {
    if (changed.complete) for (const origin of changed.items) addOrigin(plan, origin);
  }
  for (const found of types) {
    if (found.missing.complete) await planMissing(context, found, plan);
    if (found.different.complete) await planDifferent(context, found, plan);
    if (found.surplus.complete) await planSurplus(context, found, plan);
    if (found.duplicates.complete)
      plan.duplicates.push(...found.duplicates.items.map((met) => ({ ...met, type: found.type })));
  }
  return plan;
}

function addOrigin({ origins }: Plan, origin: Origin | null | undefined): void {
  if (origin) origins.set(`${origin.kind}\u0000${origin.key}`, origin);
}

async function planMissing({ index }: RunContext, { type, missing }: TypeFindings, plan: Plan): Promise<void> {
  const refs = missing.items.map((key): EntityRef => ({ type, key }));
  const [entries, rejected] = [await index.lookup(refs), await index.lookupRejected(refs)];
  refs.forEach((ref, at) => {
    const entry = entries[at];
    if (entry) plan.known.set(refName(ref), 'gone');
    // What the target refuses waits for the next run; a missing relation may have come meanwhile.
    else if (rejected[at]?.because !== 'dependency') return;
    addOrigin(plan, entry?.origin ?? rejected[at]?.origin);
  });
}

async function planDifferent({ index }: RunContext, { type, different }: TypeFindings, plan: Plan): Promise<void> {
  const refs = different.items.map(({ key }): EntityRef => ({ type, key }));
  const [entries, rejected] = [await index.lookup(refs), await index.lookupRejected(refs)];
  different.items.forEach(({ key, id, hash }, at) => {
    const because = rejected[at]?.because;
    if (because === 'refused' || because === 'conflict') return;
    plan.known.set(refName({ type, key }), { id, hash: hash ?? '' });
    addOrigin(plan, entries[at]?.origin);
  });
}

async function planSurplus({ index }: RunContext, { type, surplus }: TypeFindings, plan: Plan): Promise<void> {
  const entries = await index.lookup(surplus.items.map(({ key }) => ({ type, key })));
  surplus.items.forEach(({ key, id, hash }, at) => {
    const entry = entries[at];
    if (entry) addOrigin(plan, entry.origin);
    else plan.adopt.push({ type, key, n: index.nextNumber('entries', type), id, hash: hash ?? '', origin: null });
  });
}

/** Answers how many are gone. */
async function removeDuplicates(context: RunContext, duplicates: Plan['duplicates']): Promise<number> {
  const { target, signal, run } = context;
  let gone = 0;
  for (const { type, key, id } of duplicates) {
    stopIfCancelled(signal);
    const isGone = await removeDuplicate(target, type, id, signal);
    const decision = isGone
      ? {
          what: `removed the duplicate ${id} of ${type} ${key}`,
          because: 'it carried the marker of an entity that the target holds under another id',
        }
      : { what: `kept the duplicate ${id} of ${type} ${key}`, because: 'the target refuses to give it up' };
    await run.commit(({ written, decisions }) => ({
      written: addWritten(written, { duplicatesRemoved: isGone ? 1 : 0 }),
      decisions: decisions.some(({ what }) => what === decision.what) ? decisions : [...decisions, decision],
    }));
    if (isGone) gone += 1;
  }
  return gone;
}

/** Reads records again and applies them; what is gone from the source becomes a candidate of the sweep. */
async function bringOver(
  context: RunContext,
  step: MappingStep,
  keys: readonly string[],
  known: ReadonlyMap<string, KnownContent>,
): Promise<void> {
  const { source, index, limits, signal } = context;
  const { kind } = step;
  const limit = Math.min(limits.readConcurrency, source.capabilities.maxConcurrency);
  const found = await forEachBounded(keys, limit, (key) => source.get(kind, key, signal));
  await releaseRecords(
    context,
    kind,
    keys.filter((_, at) => found[at] === null),
  );
  const records = found.flatMap((record) => (record ? [record] : []));
  // What the proof has seen speaks against the fingerprints.
  const rows = (await index.lookupRecords(records)).flatMap((row) => (row ? [{ ...row, print: null }] : []));
  if (rows.length > 0) await index.commit({ putRecords: rows });
  if (records.length > 0) await applyRecords(context, { step, records, known });
}

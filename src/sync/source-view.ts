/** The source side of a proof: which entities the target should hold, and with what content. */
import { forEachBounded } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import { Findings } from './findings.ts';
import { Bitmap } from './index/bitmap.ts';
import { type EntityRef, type IndexedRecord, type Origin, refName } from './index/entity-index.ts';
import { refsOf, resolve } from './map.ts';
import type { MappedEntity, MappingStep } from './mapping.ts';
import { typesOf } from './mapping.ts';
import type { SyncSides } from './run-context.ts';
import { walkPages } from './walk.ts';
import { unknown, Wanted } from './wanted.ts';

export interface SourceView {
  /** When its reading began, epoch milliseconds. */
  readonly at: number;
  /** Wanted entities by type. Memory: a bit each, and a text for each that is not as the index has it. */
  readonly wanted: ReadonlyMap<string, Wanted>;
  /** Eligible records that were not met when the source was walked. */
  readonly appeared: Findings<Origin>;
  /** Records that were met and are gone, which a second look confirms. */
  readonly vanished: Findings<Origin>;
}

function emptyView({ mapping, limits, clock }: SyncSides): SourceView {
  return {
    at: clock.now(),
    wanted: new Map(typesOf(mapping).map((type) => [type, new Wanted()])),
    appeared: new Findings(limits.repairCountMax),
    vanished: new Findings(limits.repairCountMax),
  };
}

/**
 * Builds the view from a fresh listing of keys and what the walk has judged. Keys that the walk does not know are read
 * and mapped, known records that are not listed are looked at again.
 *
 * @param onlyWalked whether a record counts only when the present walk has met it.
 */
export async function viewByListing(sides: SyncSides, onlyWalked: boolean): Promise<SourceView> {
  const view = emptyView(sides);
  for (const step of sides.mapping.steps) await listStep(sides, step, onlyWalked, view);
  for await (const batch of sides.index.rejected()) {
    const entries = await sides.index.lookup(batch);
    batch.forEach(({ type, key, hash }, at) => {
      const wanted = view.wanted.get(type);
      const n = entries[at]?.n ?? null;
      if (wanted?.has(key, n)) wanted.expect(key, n, hash ?? unknown);
    });
  }
  return view;
}

async function listStep(sides: SyncSides, step: MappingStep, onlyWalked: boolean, view: SourceView): Promise<void> {
  const { source, index, signal } = sides;
  const met = index.marks(`records:${step.kind}`);
  const isCurrent = ({ n }: IndexedRecord) => !onlyWalked || met.has(n);
  const listed = new Bitmap();
  const judgedKeys = new Set<string>();
  let known = 0;
  for await (const keys of source.keys(step.kind, signal)) {
    const records = await index.lookupRecords(keys.map((key) => ({ kind: step.kind, key })));
    const fresh: Origin[] = [];
    keys.forEach((key, at) => {
      const record = records[at] ?? null;
      if (record && isCurrent(record)) {
        if (listed.add(record.n)) known += 1;
        for (const { type, key, n } of record.entities) {
          // The row may have gone since the record was judged: then the entity is missing.
          const row = n !== null && index.marks(`rows:${type}`).has(n) ? n : null;
          view.wanted.get(type)?.add(key, row);
        }
      } else if (!judgedKeys.has(key)) {
        // Bounded like the findings: beyond, a row that is shown twice is counted twice.
        if (judgedKeys.size < sides.limits.repairCountMax) judgedKeys.add(key);
        fresh.push({ kind: step.kind, key });
      }
    });
    const judged = fresh.slice(0, Math.max(0, sides.limits.repairCountMax - view.appeared.count));
    await judge(sides, step, judged, view, (origin) => view.appeared.add(origin));
    // Too many to read one by one: they count as eligible, and the proof is not equal.
    for (const origin of fresh.slice(judged.length)) view.appeared.add(origin);
  }
  if (onlyWalked && known === met.count) return;
  for await (const batch of index.records(step.kind)) {
    const unlisted = batch.filter((record) => isCurrent(record) && !listed.has(record.n));
    const gone = await judge(sides, step, unlisted, view, () => {});
    for (const { kind, key } of gone) {
      const record = unlisted.find((one) => one.key === key);
      if (record && record.entities.length > 0) view.vanished.add({ kind, key });
    }
  }
}

/** Reads records that listing and walk disagree about; answers those that do not exist. */
async function judge(
  sides: SyncSides,
  step: MappingStep,
  origins: readonly Origin[],
  view: SourceView,
  onEligible: (origin: Origin) => void,
): Promise<readonly Origin[]> {
  const { source, limits, signal } = sides;
  const limit = Math.min(limits.readConcurrency, source.capabilities.maxConcurrency);
  const records = await forEachBounded(origins, limit, ({ kind, key }) => {
    stopIfCancelled(signal);
    return source.get(kind, key, signal);
  });
  const present = records.flatMap((record) => (record ? [record] : []));
  const mapped = present.map((record) => step.map(record));
  await want(sides, mapped.flat(), view);
  present.forEach((record, at) => {
    if ((mapped[at]?.length ?? 0) > 0) onEligible({ kind: record.kind, key: record.key });
  });
  return origins.filter((_, at) => records[at] === null);
}

/** Builds the view by walking the whole source: the content of every record as it is now. */
export async function viewByWalk(sides: SyncSides): Promise<SourceView> {
  const { source, mapping, limits, signal } = sides;
  const view = emptyView(sides);
  for (const step of mapping.steps) {
    const walk = walkPages({ source, kind: step.kind, cursor: null, pagesMax: limits.walkPagesMax, signal });
    for await (const page of walk) {
      await want(
        sides,
        page.records.flatMap((record) => step.map(record)),
        view,
      );
    }
  }
  return view;
}

async function want({ index }: SyncSides, mapped: readonly MappedEntity[], view: SourceView): Promise<void> {
  const refs: readonly EntityRef[] = [...mapped, ...refsOf(mapped)];
  const entries = await index.lookup(refs);
  const known = new Map(entries.flatMap((entry) => (entry ? [[refName(entry), entry] as const] : [])));
  for (const entity of mapped) {
    const resolved = resolve(entity, (ref) => known.get(refName(ref))?.id);
    const hash = 'unresolved' in resolved ? unknown : resolved.hash;
    const entry = known.get(refName(entity));
    const wanted = view.wanted.get(entity.type);
    if (entry?.hash === hash) wanted?.add(entity.key, entry.n);
    else wanted?.expect(entity.key, entry?.n ?? null, hash);
  }
}

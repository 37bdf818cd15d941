/** The source side of a proof: which entities the target should hold, and with what content. */
import { forEachBounded } from './bounded-concurrency.ts';
import { stopIfCancelled } from './cancellation.ts';
import { Findings } from './findings.ts';
import { type EntityRef, type IndexedRecord, type Origin, refName } from './index/entity-index.ts';
import { refsOf, resolve } from './map.ts';
import type { MappedEntity, MappingStep } from './mapping.ts';
import { type SyncSides, typesOf } from './run-context.ts';
import { walkPages } from './walk.ts';

/**
 * The hash an entity should have: null means the one the index holds (kept out of memory), `unknown` that a relation
 * has no target id, so that nothing in the target can be equal to it.
 */
export type WantedHash = string | null;
export const unknown = 'unknown';

export interface SourceView {
  /** When its reading began, epoch milliseconds. */
  readonly at: number;
  /** Wanted entities by type and key. Memory: one text per eligible entity. */
  readonly wanted: ReadonlyMap<string, Map<string, WantedHash>>;
  /** Eligible records that were not met when the source was walked. */
  readonly appeared: Findings<Origin>;
  /** Records that were met and are gone, which a second look confirms. */
  readonly vanished: Findings<Origin>;
}

function emptyView({ mapping, limits, clock }: SyncSides): SourceView {
  return {
    at: clock.now(),
    wanted: new Map(typesOf(mapping).map((type) => [type, new Map<string, WantedHash>()])),
    appeared: new Findings(limits.repairCountMax),
    vanished: new Findings(limits.repairCountMax),
  };
}

/**
 * Builds the view from a fresh listing of keys and what the walk has judged. Keys that the walk does not know are read
 * and mapped, known records that are not listed are looked at again.
 *
 * @param isCurrent whether a record of the index counts as walked.
 */
export async function viewByListing(
  sides: SyncSides,
  isCurrent: (record: IndexedRecord) => boolean,
): Promise<SourceView> {
  const view = emptyView(sides);
  for (const step of sides.mapping.steps) await listStep(sides, step, isCurrent, view);
  for await (const batch of sides.index.rejected()) {
    for (const row of batch) {
      const wanted = view.wanted.get(row.type);
      if (wanted?.has(row.key)) wanted.set(row.key, row.hash ?? unknown);
    }
  }
  return view;
}

async function listStep(
  sides: SyncSides,
  step: MappingStep,
  isCurrent: (record: IndexedRecord) => boolean,
  view: SourceView,
): Promise<void> {
  const { source, index, signal } = sides;
  const listed = new Set<string>();
  for await (const part of source.keys(step.kind, signal)) {
    const keys = part.filter((key) => !listed.has(key));
    for (const key of keys) listed.add(key);
    const records = await index.lookupRecords(keys.map((key) => ({ kind: step.kind, key })));
    const fresh: Origin[] = [];
    keys.forEach((key, at) => {
      const record = records[at] ?? null;
      if (record && isCurrent(record)) for (const ref of record.entities) view.wanted.get(ref.type)?.set(ref.key, null);
      else fresh.push({ kind: step.kind, key });
    });
    const judged = fresh.slice(0, Math.max(0, sides.limits.repairCountMax - view.appeared.count));
    await judge(sides, step, judged, view, (origin) => view.appeared.add(origin));
    // Too many to read one by one: they count as eligible, and the proof is not equal.
    for (const origin of fresh.slice(judged.length)) view.appeared.add(origin);
  }
  for await (const batch of index.records(step.kind)) {
    const unlisted = batch.filter((record) => isCurrent(record) && !listed.has(record.key));
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
  await want(
    sides,
    present.flatMap((record) => step.map(record)),
    view,
  );
  for (const record of present) {
    if (step.map(record).length > 0) onEligible({ kind: record.kind, key: record.key });
  }
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
    const same = known.get(refName(entity))?.hash === hash;
    view.wanted.get(entity.type)?.set(entity.key, same ? null : hash);
  }
}

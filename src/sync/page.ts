/** Loads what the index knows about source records, passes over those that have not changed, and settles who may claim which entity. */
import type { SourceRecord } from '../connectors/connector.ts';
import { invariant } from '../core/errors.ts';
import {
  type EntityRef,
  type IndexEntry,
  type IndexedRecord,
  type Origin,
  originName,
  type RejectedEntity,
  refName,
} from './index/entity-index.ts';
import { refsOf } from './map.ts';
import type { MappedEntity, MappingStep } from './mapping.ts';
import { fingerprint, printSeed } from './relations.ts';
import type { WriteContext } from './run-context.ts';

/** What is really in the target, where the index is wrong: other content under an id, or nothing. */
export type KnownContent = { readonly id: string; readonly hash: string } | 'gone';

/** One record with what it yields and its fingerprint. */
export interface MappedRecord {
  readonly record: SourceRecord;
  readonly entities: readonly MappedEntity[];
  readonly print: string;
}

/** One entity that one record yields. */
export interface Claim {
  /** That of the entity, by {@link refName}. */
  readonly name: string;
  readonly record: SourceRecord;
  readonly mapped: MappedEntity;
  /** What is in the target; undefined when nothing is. */
  readonly entry: IndexEntry | undefined;
  /** What the index has, which may be wrong about the target; undefined when there is no row. */
  readonly row: IndexEntry | undefined;
}

export interface Page {
  readonly mapped: readonly MappedRecord[];
  readonly claims: readonly Claim[];
  /** Entities that another record of this walk has claimed before. */
  readonly conflicts: readonly Claim[];
  /** What the index knew of the records, by key. */
  readonly previous: ReadonlyMap<string, IndexedRecord>;
  /** Entities that a record no longer yields; they become candidates of the sweep. */
  readonly released: readonly IndexEntry[];
  /** Records that have lost an entity to one of this page: they are compared again. */
  readonly robbed: readonly IndexedRecord[];
  readonly rejected: ReadonlyMap<string, RejectedEntity>;
  /** The ids under which the index knew them, by {@link refName}, right or wrong. */
  readonly formerIds: ReadonlyMap<string, string>;
  /** Target ids by {@link refName}; grows while the page is written. */
  readonly ids: Map<string, string>;
}

/** The records of a page that have to be looked at, and how many entities the others yield. */
export interface Sifted {
  readonly changed: readonly {
    readonly record: SourceRecord;
    readonly print: string;
    /** What it has yielded so far: others may be taking it while it is given up. */
    readonly before: readonly EntityRef[];
  }[];
  readonly unchanged: number;
  /** Of the unchanged ones, those that this walk had not met before. */
  readonly newRecords: number;
}

/**
 * Passes over the records that look as they did when everything about them was in order, and marks them as met. A row
 * that somebody works on right now is never passed over.
 */
export async function sift(
  { index, claims, book, mapping }: WriteContext,
  step: MappingStep,
  records: readonly SourceRecord[],
): Promise<Sifted> {
  // A source may repeat a row at a page border; the last reading of a record counts.
  const latest = [...new Map(records.map((record) => [record.key, record])).values()];
  const seed = printSeed(mapping, step.kind, book.known);
  const previous = await index.lookupRecords(latest);
  const met = index.marks(`records:${step.kind}`);
  const disputed = claims.size > 0 || book.stolen.size > 0;
  const isDisputed = (record: SourceRecord) =>
    disputed && (claims.has(originName(record)) || book.stolen.has(originName(record)));
  const changed: Sifted['changed'][number][] = [];
  let unchanged = 0;
  let newRecords = 0;
  latest.forEach((record, at) => {
    const print = fingerprint(seed, record);
    const known = previous[at];
    if (!known || known.print !== print || isDisputed(record)) {
      changed.push({ record, print, before: known?.entities ?? [] });
      return;
    }
    if (met.add(known.n)) newRecords += 1;
    for (const { type, n } of known.entities) if (n !== null) index.marks(`entries:${type}`).add(n);
    unchanged += known.entities.length;
  });
  return { changed, unchanged, newRecords };
}

/** The entities of the records, by the mapping. */
export function mapRecords(step: MappingStep, changed: Sifted['changed']): readonly MappedRecord[] {
  return changed.map(({ record, print }) => {
    const entities = step.map(record);
    for (const { type } of entities) {
      invariant(step.types.includes(type), `the step for ${step.kind} yields ${type}, which it does not declare`);
    }
    return { record, print, entities };
  });
}

/** Call with the names of the records and their entities claimed. */
export async function loadPage(
  { index, book }: WriteContext,
  step: MappingStep,
  mapped: readonly MappedRecord[],
  known: ReadonlyMap<string, KnownContent>,
): Promise<Page> {
  const rows = await index.lookupRecords(mapped.map(({ record }) => record));
  const previous = new Map(rows.flatMap((row) => (row ? [[row.key, row] as const] : [])));
  const left = rows.flatMap((row) => row?.entities ?? []);
  const all = mapped.flatMap(({ entities }) => entities);
  const entries = await lookupAll(index, [...all, ...refsOf(all), ...left]);
  const formerIds = idsOf(entries);
  const asIndexed = new Map(entries);
  for (const [name, content] of known) {
    const entry = entries.get(name);
    if (content === 'gone') entries.delete(name);
    else if (entry) entries.set(name, { ...entry, ...content });
  }

  const claimed = new Map<string, Claim>();
  const conflicts: Claim[] = [];
  const robbed: IndexEntry[] = [];
  const yields = await yieldedBy(
    index,
    mapped,
    all.flatMap((entity) => entries.get(refName(entity))?.origin ?? []),
  );
  for (const { record, entities } of mapped) {
    for (const entity of entities) {
      const name = refName(entity);
      const entry = entries.get(name);
      const claim: Claim = { name, record, mapped: entity, entry, row: asIndexed.get(name) };
      const others = entry?.origin && originName(entry.origin) !== originName(record) ? entry : null;
      const isTaken =
        others?.origin && index.marks(`entries:${entity.type}`).has(others.n) && yields(others.origin, name);
      if (claimed.has(name) || isTaken) conflicts.push(claim);
      else {
        claimed.set(name, claim);
        if (others?.origin) {
          robbed.push(others);
          book.stolen.add(originName(others.origin));
        }
      }
    }
  }
  const yielded = new Set(all.map(refName));
  const rejected = (await index.countRejected()) === 0 ? [] : await index.lookupRejected(all);
  const victims = await index.lookupRecords(robbed.flatMap(({ origin }) => origin ?? []));
  const own = new Set(mapped.map(({ record }) => originName(record)));
  return {
    mapped,
    claims: [...claimed.values()],
    conflicts,
    previous,
    released: left.flatMap((ref) => {
      const entry = entries.get(refName(ref));
      if (!entry?.origin || entry.origin.kind !== step.kind || yielded.has(refName(ref))) return [];
      return own.has(originName(entry.origin)) ? [entry] : [];
    }),
    robbed: victims.flatMap((row) => (row && !own.has(originName(row)) ? [{ ...row, print: null }] : [])),
    rejected: new Map(rejected.flatMap((row) => (row ? [[refName(row), row] as const] : []))),
    formerIds,
    ids: idsOf(entries),
  };
}

function idsOf(entries: ReadonlyMap<string, IndexEntry>): Map<string, string> {
  return new Map([...entries].map(([name, entry]) => [name, entry.id]));
}

async function lookupAll(index: WriteContext['index'], refs: readonly EntityRef[]): Promise<Map<string, IndexEntry>> {
  const found = await index.lookup(refs);
  return new Map(found.flatMap((entry) => (entry ? [[refName(entry), entry] as const] : [])));
}

/** Whether a record yields an entity: as this page shows it, else as it was last judged. One that has given it up has no claim. */
async function yieldedBy(
  index: WriteContext['index'],
  mapped: readonly MappedRecord[],
  origins: readonly Origin[],
): Promise<(origin: Origin, name: string) => boolean> {
  const names = new Map<string, ReadonlySet<string>>();
  for (const row of await index.lookupRecords(origins))
    if (row) names.set(originName(row), new Set(row.entities.map(refName)));
  for (const { record, entities } of mapped) names.set(originName(record), new Set(entities.map(refName)));
  return (origin, name) => names.get(originName(origin))?.has(name) ?? false;
}

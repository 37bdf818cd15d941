/** Loads what the index knows about a page of source records, and settles who may claim which entity. */
import type { SourceRecord } from '../connectors/connector.ts';
import { invariant } from '../core/errors.ts';
import {
  type EntityRef,
  type IndexEntry,
  type IndexedRecord,
  type RejectedEntity,
  refName,
} from './index/entity-index.ts';
import { refsOf } from './map.ts';
import type { MappedEntity, MappingStep } from './mapping.ts';
import type { RunContext } from './run-context.ts';

/** What is really in the target, where the index is wrong: other content under an id, or nothing. */
export type KnownContent = { readonly id: string; readonly hash: string } | 'gone';

/** One entity that one record yields. */
export interface Claim {
  readonly record: SourceRecord;
  readonly mapped: MappedEntity;
  /** What is in the target; undefined when nothing is. */
  readonly entry: IndexEntry | undefined;
}

export interface Page {
  readonly stamp: number;
  readonly claims: readonly Claim[];
  /** Entities that another record of this walk has claimed before. */
  readonly conflicts: readonly Claim[];
  readonly records: readonly IndexedRecord[];
  /** How many of the records this walk had not met before. */
  readonly newRecords: number;
  /** Entities that a record no longer yields; they become candidates of the sweep. */
  readonly released: readonly IndexEntry[];
  readonly rejected: ReadonlyMap<string, RejectedEntity>;
  /** The ids under which the index knew them, by {@link refName}, right or wrong. */
  readonly formerIds: ReadonlyMap<string, string>;
  /** Target ids by {@link refName}; grows while the page is written. */
  readonly ids: Map<string, string>;
}

export async function loadPage(
  { index, run }: RunContext,
  step: MappingStep,
  records: readonly SourceRecord[],
  known: ReadonlyMap<string, KnownContent>,
): Promise<Page> {
  const stamp = run.stampOf(step.kind);
  invariant(stamp !== undefined, `the walk of ${step.kind} has begun before its records are applied`);
  // A source may repeat a row at a page border; the last reading of a record counts.
  const latest = new Map(records.map((record) => [record.key, record]));
  const mapped = [...latest.values()].map((record) => ({ record, entities: mapRecord(step, record) }));
  const previous = await index.lookupRecords([...latest.keys()].map((key) => ({ kind: step.kind, key })));
  const left = previous.flatMap((record) => record?.entities ?? []);
  const all = mapped.flatMap(({ entities }) => entities);
  const entries = await lookupAll(index, [...all, ...refsOf(all), ...left]);
  const formerIds = idsOf(entries);
  for (const [name, content] of known) {
    const entry = entries.get(name);
    if (content === 'gone') entries.delete(name);
    else if (entry) entries.set(name, { ...entry, ...content });
  }

  const claimed = new Map<string, Claim>();
  const conflicts: Claim[] = [];
  for (const { record, entities } of mapped) {
    for (const entity of entities) {
      const entry = entries.get(refName(entity));
      const claim: Claim = { record, mapped: entity, entry };
      const earlier = claimed.has(refName(entity)) || isTaken(entry, record, stamp);
      if (earlier) conflicts.push(claim);
      else claimed.set(refName(entity), claim);
    }
  }
  const yielded = new Set(all.map(refName));
  const rejected = await index.lookupRejected(all);
  return {
    stamp,
    claims: [...claimed.values()],
    conflicts,
    records: mapped.map(({ record, entities }) => ({
      kind: record.kind,
      key: record.key,
      seen: stamp,
      entities: entities.map(({ type, key }) => ({ type, key })),
    })),
    newRecords: previous.filter((record) => record?.seen !== stamp).length,
    released: released(left, yielded, entries, latest, step.kind),
    rejected: new Map(rejected.flatMap((row) => (row ? [[refName(row), row] as const] : []))),
    formerIds,
    ids: idsOf(entries),
  };
}

function idsOf(entries: ReadonlyMap<string, IndexEntry>): Map<string, string> {
  return new Map([...entries].map(([name, entry]) => [name, entry.id]));
}

function mapRecord(step: MappingStep, record: SourceRecord): readonly MappedEntity[] {
  const entities = step.map(record);
  for (const { type } of entities) {
    invariant(step.types.includes(type), `the step for ${step.kind} yields ${type}, which it does not declare`);
  }
  return entities;
}

async function lookupAll(index: RunContext['index'], refs: readonly EntityRef[]): Promise<Map<string, IndexEntry>> {
  const found = await index.lookup(refs);
  return new Map(found.flatMap((entry) => (entry ? [[refName(entry), entry] as const] : [])));
}

function isTaken(entry: IndexEntry | undefined, record: SourceRecord, stamp: number): boolean {
  if (!entry?.origin || entry.seen !== stamp) return false;
  return entry.origin.kind !== record.kind || entry.origin.key !== record.key;
}

function released(
  left: readonly EntityRef[],
  yielded: ReadonlySet<string>,
  entries: ReadonlyMap<string, IndexEntry>,
  latest: ReadonlyMap<string, SourceRecord>,
  kind: string,
): IndexEntry[] {
  return left.flatMap((ref) => {
    const entry = entries.get(refName(ref));
    if (!entry?.origin || yielded.has(refName(ref))) return [];
    return entry.origin.kind === kind && latest.has(entry.origin.key) ? [{ ...entry, seen: 0 }] : [];
  });
}

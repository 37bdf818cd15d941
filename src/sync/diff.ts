/** The differences between source and target as a list: what a synchronization would do, entity by entity. Writes nothing. */
import { z } from 'zod';
import type { Source, StoredEntity, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { canonicalJson, type Json, type JsonObject } from '../core/json.ts';
import { asCancellation, stopIfCancelled } from './cancellation.ts';
import { compare } from './compare.ts';
import { type EntityIndex, type EntityRef, type IndexEntry, refName } from './index/entity-index.ts';
import { refsOf } from './map.ts';
import type { MappedEntity, Mapping } from './mapping.ts';
import { typesOf } from './mapping.ts';
import type { SyncSides } from './run-context.ts';
import { type SyncLimits, withDefaultLimits } from './sync-limits.ts';
import { TargetContent } from './target-content.ts';
import { walkPages } from './walk.ts';

const json: z.ZodType<Json> = z.json();

export const differenceSchema = z.object({
  action: z.enum(['create', 'change', 'delete', 'rejected']),
  type: z.string(),
  key: z.string(),
  /** In the target; absent for what is not there. */
  id: z.string().optional(),
  /** Of a change: the fields and relations that differ. */
  fields: z.array(z.object({ name: z.string(), source: json, target: json })).optional(),
  /** Why it was rejected. */
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type Difference = z.infer<typeof differenceSchema>;

export interface DiffOptions {
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  readonly index: EntityIndex;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: Partial<SyncLimits>;
  /** @default all */
  readonly types?: readonly string[];
}

/**
 * Walks the source and reads the target, and yields what differs, in the order in which a run would meet it; deletes come
 * last. Ids and contents are taken from the target: an index that is wrong makes no difference.
 */
export async function* diff(options: DiffOptions): AsyncGenerator<readonly Difference[]> {
  const { signal } = options;
  const sides: SyncSides = { ...options, limits: withDefaultLimits(options.limits) };
  try {
    // What is in the target by its markers: the ids that relations resolve to, and the content that is really there.
    yield* walkSource(sides, await TargetContent.read(sides), options.types);
  } catch (error) {
    throw asCancellation(error, signal);
  }
}

async function* walkSource(
  sides: SyncSides,
  found: TargetContent,
  types: readonly string[] | undefined,
): AsyncGenerator<readonly Difference[]> {
  const { source, mapping, limits, signal } = sides;
  const isAsked = (type: string) => types === undefined || types.includes(type);
  for (const step of mapping.steps) {
    if (!step.types.some(isAsked)) continue;
    const walk = walkPages({ source, kind: step.kind, cursor: null, pagesMax: limits.walkPagesMax, signal });
    for await (const page of walk) {
      const mapped = page.records.flatMap((record) => step.map(record));
      const differences = await judge(sides, found, mapped);
      const asked = differences.filter(({ type }) => isAsked(type));
      if (asked.length > 0) yield asked;
    }
  }
  for (const type of [...typesOf(mapping)].reverse()) {
    if (!isAsked(type)) continue;
    for await (const batch of found.unmet(type)) {
      yield batch.map(({ key, id }): Difference => ({ action: 'delete', type, key, id }));
    }
  }
}

async function judge(
  sides: SyncSides,
  found: TargetContent,
  mapped: readonly MappedEntity[],
): Promise<readonly Difference[]> {
  const { index, signal } = sides;
  stopIfCancelled(signal);
  const refs: readonly EntityRef[] = [...mapped, ...refsOf(mapped)];
  const entries = await found.lookup(refs);
  const ids = new Map([...entries].map(([name, { id }]) => [name, id]));
  const rejected = await index.lookupRejected(mapped);
  const differences: Difference[] = [];
  const changes: { readonly wanted: MappedEntity; readonly entry: IndexEntry }[] = [];
  mapped.forEach((entity, at) => {
    const { type, key } = entity;
    const entry = entries.get(refName(entity));
    if (entry) found.meet(entry);
    const comparison = compare(entity, entry, ids);
    if (comparison.action === 'unchanged') return;
    const row = rejected[at];
    if (row) {
      const reason = { code: row.code, message: row.message };
      differences.push({ action: 'rejected', type, key, reason, ...(entry ? { id: entry.id } : {}) });
    } else if (entry === undefined) differences.push({ action: 'create', type, key });
    else changes.push({ wanted: entity, entry });
  });
  for (const { wanted, entry } of changes) differences.push(await change(sides, wanted, entry, ids));
  return differences;
}

/** Reads the entity once more, for the fields in which it differs. */
async function change(
  { target, signal }: SyncSides,
  wanted: MappedEntity,
  { type, key, id }: IndexEntry,
  ids: ReadonlyMap<string, string>,
): Promise<Difference> {
  const [stored] = await target.read(type, [id], signal);
  if (stored === undefined) return { action: 'create', type, key };
  const source: JsonObject = { ...wanted.fields, ...relationsOf(wanted, ids) };
  return { action: 'change', type, key, id, fields: fieldsThatDiffer(source, stored) };
}

function relationsOf({ refs }: MappedEntity, ids: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(
    Object.entries(refs).map(([name, wanted]) => {
      const known = wanted.flatMap((ref) => ids.get(refName(ref)) ?? (ref.optional ? [] : `${ref.type} ${ref.key}`));
      return [name, [...new Set(known)].sort()];
    }),
  );
}

function fieldsThatDiffer(source: JsonObject, stored: StoredEntity): NonNullable<Difference['fields']> {
  const target: JsonObject = {
    ...stored.fields,
    ...Object.fromEntries(Object.entries(stored.refs).map(([name, ids]) => [name, [...ids].sort()])),
  };
  const names = [...new Set([...Object.keys(source), ...Object.keys(target)])].sort();
  const isEmpty = (value: Json | undefined) => value === undefined || (Array.isArray(value) && value.length === 0);
  return names.flatMap((name) => {
    const [from, to] = [source[name], target[name]];
    if (isEmpty(from) && isEmpty(to)) return [];
    if (canonicalJson(from ?? null) === canonicalJson(to ?? null)) return [];
    return [{ name, source: from ?? null, target: to ?? null }];
  });
}

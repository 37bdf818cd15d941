/** Holds the two systems, the index and the list of rejected records against each other while nothing moves. */
import type { TargetEntity } from '../../connectors/connector.ts';
import { canonicalJson } from '../../core/json.ts';
import type { EntityIndex, RejectedEntity } from '../../sync/index/entity-index.ts';
import { entityHash } from '../../sync/map.ts';
import type { MappedEntity, MappedRef } from '../../sync/mapping.ts';
import type { Violation } from './entity-oracles.ts';
import { kinds, simulatedMapping, type Type, types } from './mapping.ts';
import type { World } from './world.ts';
import { nameOf } from './yielded.ts';

/** Where the target is not what the mapping makes of the source: `missing`, `different`, or `surplus`. */
export function differences(world: World): readonly Violation[] {
  const wanted = wantedBy(world);
  const found: Violation[] = [];
  for (const [name, entity] of wanted) {
    const there = inTarget(world, entity.type, entity.key);
    if (there.length !== 1) found.push({ oracle: 'not-equal', what: `${name} is there ${there.length} times` });
    else if (there[0] && contentOf(world, there[0]) !== wantedContent(world, entity))
      found.push({ oracle: 'not-equal', what: `${name} has another content` });
  }
  for (const type of types)
    for (const { key } of world.entities[type].values())
      if (!wanted.has(nameOf(type, key))) found.push({ oracle: 'not-equal', what: `${type} ${key} is surplus` });
  return found;
}

/** Where the index does not hold what the target holds, row by row. */
export async function indexErrors(world: World, index: EntityIndex): Promise<readonly Violation[]> {
  const wrong: Violation[] = [];
  for (const type of types) {
    const rows = new Map((await all(index.entries(type))).map(({ key, id, hash }) => [key, `${id} ${hash}`]));
    for (const [id, entity] of world.entities[type]) {
      const row = `${id} ${entityHash(entity)}`;
      if (rows.get(entity.key) !== row) wrong.push({ oracle: 'index-wrong', what: `${type} ${entity.key}` });
    }
    if (rows.size !== world.entities[type].size)
      wrong.push({
        oracle: 'index-wrong',
        what: `${rows.size} rows of ${type}, ${world.entities[type].size} entities`,
      });
  }
  for (const kind of kinds) {
    const keys = (await all(index.records(kind))).map(({ key }) => key).sort();
    if (canonicalJson(keys) !== canonicalJson([...world.records[kind].keys()].sort()))
      wrong.push({ oracle: 'index-wrong', what: `the rows of the records of ${kind}` });
  }
  return wrong;
}

/**
 * Where the list of rejected records is not the truth: an entity that is not as it should be must be in it, with the
 * reason; one that is must not.
 */
export async function rejectedErrors(world: World, index: EntityIndex): Promise<readonly Violation[]> {
  const rows = new Map((await all(index.rejected())).map((row) => [nameOf(row.type, row.key), row]));
  const wrong: Violation[] = [];
  const wanted = wantedBy(world);
  for (const [name, entity] of wanted) {
    const expected = reasonsOf(world, entity);
    const because = rows.get(name)?.because ?? null;
    if (!expected.includes(because))
      wrong.push({ oracle: 'rejected-wrong', what: `${name} is ${because}, not ${expected.join(' or ')}` });
  }
  for (const name of rows.keys())
    if (!wanted.has(name)) wrong.push({ oracle: 'rejected-wrong', what: `${name} is gone` });
  return wrong;
}

type Because = RejectedEntity['because'] | null;

function reasonsOf(world: World, entity: MappedEntity): readonly Because[] {
  const { type, key } = entity;
  // Which of two records has the entity is for the engine to say; what the winner meets may be named instead.
  if (world.yielded.of(nameOf(type, key)).size > 1) return ['conflict', 'dependency', 'refused'];
  const unresolved = refsOf(entity).some((ref) => ref.optional !== true && !isThere(world, ref));
  if (unresolved) return ['dependency'];
  const [there] = inTarget(world, type, key);
  return there && contentOf(world, there) === wantedContent(world, entity) ? [null] : ['refused'];
}

function wantedBy(world: World): ReadonlyMap<string, MappedEntity> {
  const wanted = new Map<string, MappedEntity>();
  for (const step of simulatedMapping.steps) {
    const records = world.records[step.kind as (typeof kinds)[number]]; // the mapping names these kinds
    for (const [key, value] of records)
      for (const entity of step.map({ kind: step.kind, key, value }))
        wanted.set(nameOf(entity.type, entity.key), entity);
  }
  return wanted;
}

function inTarget(world: World, type: string, key: string): readonly TargetEntity[] {
  const entities = world.entities[type as Type]; // the mapping names these types
  return [...entities.idsOf(key)].flatMap((id) => entities.get(id) ?? []);
}

const refsOf = (entity: MappedEntity): readonly MappedRef[] => Object.values(entity.refs).flat();
const isThere = (world: World, { type, key }: MappedRef) => inTarget(world, type, key).length > 0;

/** Content by names instead of ids: worked out without any part of the engine. */
function wantedContent(world: World, { fields, refs }: MappedEntity): string {
  const related = Object.entries(refs).map(([relation, to]) => [
    relation,
    [
      ...new Set(
        to.filter((ref) => ref.optional !== true || isThere(world, ref)).map((ref) => nameOf(ref.type, ref.key)),
      ),
    ],
  ]);
  return contentText(fields, related);
}

function contentOf(world: World, { fields, refs }: TargetEntity): string {
  const names = (id: string) => types.flatMap((type) => world.entities[type].get(id)?.key ?? []).map((key) => key);
  const typeOf = (id: string) => types.find((type) => world.entities[type].has(id)) ?? 'nothing';
  const related = Object.entries(refs).map(([relation, ids]) => [
    relation,
    ids.map((id) => nameOf(typeOf(id), names(id)[0] ?? id)),
  ]);
  return contentText(fields, related);
}

function contentText(fields: MappedEntity['fields'], related: readonly (readonly (string | readonly string[])[])[]) {
  const named = related.map(([relation, to]) => [relation as string, [...(to as readonly string[])].sort()] as const);
  return canonicalJson({ fields, related: Object.fromEntries(named.filter(([, to]) => to.length > 0)) });
}

async function all<Row>(batches: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

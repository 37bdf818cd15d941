/** `/entity`: reads, creates, changes and deletes, one or several entities in one query. */
import type { Json } from '../../core/json.ts';
import { type Entity, entityTypes } from './entity.ts';
import { changeMembers, setProperty } from './property-write.ts';
import type { Clause } from './query.ts';
import { entityGone, Refusal } from './refusal.ts';
import type { World } from './world.ts';
import { contentOf } from './write-book.ts';

/** One entity that a query speaks of, and what is to be answered about it. */
interface Subject {
  readonly entity: Entity;
  readonly isNew: boolean;
  readonly before: string;
  readonly answer: { [property: string]: Json };
  wrote: boolean;
}

/**
 * Carries a query out, clause by clause; the answer has one row per entity. Throws {@link Refusal}; what stood before
 * the refused clause is done then, because nothing says that a query is one transaction.
 */
export function runEntityQuery(world: World, clauses: readonly Clause[], version: string): readonly Json[] {
  const subjects: Subject[] = [];
  try {
    for (const clause of clauses) {
      if (clause.op === 'entity' || clause.op === 'new') subjects.push(open(world, clause));
      else apply(world, subjects.at(-1), clause, version);
    }
    for (const subject of subjects) if (subject.isNew) world.table.add(subject.entity);
  } finally {
    for (const subject of subjects) note(world, subject);
  }
  return subjects.map(({ answer }) => answer);
}

export function deleteEntity(world: World, reference: string): void {
  const entity = world.table.find(reference);
  if (!entity || !world.table.remove(entity.id)) throw entityGone(reference);
  world.book.deleted(entity);
}

/** A property as it is read, by the name under which it was asked for. */
export function readProperty(world: World, entity: Entity, property: string, version: string): Json {
  const name = property.toLowerCase();
  if (name === 'guid') return entity.id;
  if (name === 'entitytype') return entityTypes[entity.type] ?? entity.type;
  if (name === 'version' && entity.type === 'Server') return version;
  if (name === 'state') return shownState(world, entity);
  return entity.properties.get(name) ?? (collections.has(name) ? [] : null);
}

const collections = new Set(['groups', 'members', 'credentials', 'customfields']);

/** Before its activation an entity shows as inactive, after its expiration as expired (documented behaviour of dates). */
function shownState(world: World, entity: Entity): Json {
  const status = (entity.properties.get('status') ?? {}) as { readonly [member: string]: Json };
  const state = entity.properties.get('state') ?? 'Active';
  const now = world.clock.now();
  const at = (member: string) => Date.parse(String(status[member] ?? ''));
  if (state !== 'Active') return state;
  if (at('ActivationDate') > now) return 'Inactive';
  return at('ExpirationDate') <= now ? 'Expired' : state;
}

function open(world: World, clause: Extract<Clause, { op: 'entity' | 'new' }>): Subject {
  if (clause.op === 'new') {
    const type = Object.keys(entityTypes).find((name) => name.toLowerCase() === clause.entityType.toLowerCase());
    if (!type) throw new Refusal('InvalidOperation', `Unknown entity type '${clause.entityType}'`);
    const entity = world.table.draft(type);
    entity.properties.set('name', `New_${type}_${entity.id.replaceAll('-', '')}`);
    return { entity, isNew: true, before: '', answer: {}, wrote: true };
  }
  const entity = world.table.find(clause.id);
  if (!entity) throw entityGone(clause.id);
  return { entity, isNew: false, before: contentOf(entity), answer: {}, wrote: false };
}

function apply(
  world: World,
  subject: Subject | undefined,
  clause: Exclude<Clause, { op: 'entity' | 'new' }>,
  version: string,
): void {
  if (!subject) throw new Refusal('SdkRequestError', 'A query begins with an entity');
  const { entity } = subject;
  if (clause.op === 'get') {
    subject.answer[clause.property] = readProperty(world, entity, clause.property, version);
    return;
  }
  subject.wrote = true;
  if (clause.op === 'set') setProperty(world.table, entity, clause.property, clause.value);
  else if (clause.op === 'clear') entity.properties.set(clause.property.toLowerCase(), []);
  else if (clause.op === 'replace') entity.properties.set(clause.property.toLowerCase(), clause.values);
  else if (clause.value.kind === 'text')
    changeMembers(world.table, entity, clause.property, { op: clause.op, id: clause.value.text });
  else throw new Refusal('InvalidOperation', `${clause.property} takes ids`);
}

function note(world: World, { entity, isNew, before, wrote }: Subject): void {
  if (!wrote) return;
  if (!isNew) world.book.updated(entity, before);
  else if (world.table.find(entity.id)) world.book.created(world.table, entity);
}

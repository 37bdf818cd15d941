/** `/entity`: reads, creates, changes and deletes, one or several entities in one query. */
import { assertNever } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { type Entity, textOf } from './entity.ts';
import { entityTypeOf } from './entity-types.ts';
import { callMethod } from './methods.ts';
import { readProperty, readWhole, type View } from './property-read.ts';
import { setProperty } from './property-write.ts';
import type { Clause, Value } from './query.ts';
import { entityGone, invalidValue, Refusal } from './refusal.ts';
import { clear, join, leave, unlink } from './relations.ts';
import type { World } from './world.ts';
import { type Before, beforeOf } from './write-book.ts';

/** Who asks, and how. */
export interface Asked extends View {
  /** False for a GET: it reads and calls methods, it neither creates nor sets. */
  readonly maySet: boolean;
  /** Whether the user may not see an entity: it is as if it did not exist. */
  readonly hides: (entity: Entity) => boolean;
  /** Partition that new entities of this session go to; null for none. */
  readonly creationPartition: string | null;
}

/** One entity that a query speaks of, and what is to be answered about it. */
interface Subject {
  readonly entity: Entity;
  readonly isNew: boolean;
  readonly answer: { [property: string]: Json };
  /** How it was before its first change; null while it has none, and for a new one. */
  before: Before | null;
}

/**
 * Carries a query out, clause by clause; the answer has one row per entity. Throws {@link Refusal}; entities before the
 * refused one are done then, because nothing says that a query is one transaction. A refused create makes nothing.
 */
export function runEntityQuery(asked: Asked, clauses: readonly Clause[]): readonly Json[] {
  const { world } = asked;
  const subjects: Subject[] = [];
  let done = 0;
  try {
    for (const clause of clauses) {
      if (clause.op !== 'entity' && clause.op !== 'new') {
        apply(asked, subjects.at(-1), clause);
        continue;
      }
      for (; done < subjects.length; done += 1) finish(asked, subjects[done] as Subject); // `done` is below the length
      subjects.push(open(asked, clause));
    }
    for (; done < subjects.length; done += 1) finish(asked, subjects[done] as Subject);
  } finally {
    // Only the last one can be unfinished: what it changed stays when it existed before.
    for (const { entity, isNew, before } of subjects.slice(done)) {
      if (isNew) unlink(world.table, entity);
      else if (before && beforeOf(entity).content !== before.content) world.book.updated(world.table, entity, before);
    }
  }
  return subjects.map(({ answer }) => answer);
}

/** `entity/{id}`, `entity/basic/{id}`, `entity/exists/{id}`. */
export function readEntity(asked: Asked, form: string, reference: string): Json {
  const entity = seen(asked, reference);
  if (form === 'exists') return { Exists: entity !== undefined };
  if (!entity) throw entityGone(reference);
  return form === 'basic' ? { Entity: readWhole(asked, entity, 'basic') } : readWhole(asked, entity, 'all');
}

export function deleteEntity(asked: Asked, reference: string): Json {
  const { world } = asked;
  const entity = seen(asked, reference);
  if (!entity) throw entityGone(reference);
  if (!entityTypeOf(entity.type)?.creatable || world.isBuiltIn(entity.id))
    throw new Refusal('InvalidOperation', `${textOf(entity, 'name')} cannot be deleted`);
  unlink(world.table, entity);
  world.table.remove(entity);
  world.book.deleted(entity);
  return null;
}

function seen({ world, hides }: Asked, reference: string): Entity | undefined {
  const entity = world.table.find(reference);
  return entity && !hides(entity) ? entity : undefined;
}

function open(asked: Asked, clause: Extract<Clause, { op: 'entity' | 'new' }>): Subject {
  const { world } = asked;
  if (clause.op === 'entity') {
    const entity = seen(asked, clause.id);
    if (!entity) throw entityGone(clause.id);
    return { entity, isNew: false, before: null, answer: {} };
  }
  if (!asked.maySet) throw new Refusal('InvalidOperation', 'GET does not create entities');
  const type = entityTypeOf(clause.entityType);
  if (!type?.creatable) throw new Refusal('InvalidOperation', `Cannot create an entity of type '${clause.entityType}'`);
  if (world.table.size >= world.options.entitiesMax)
    throw new Refusal('InvalidOperation', `More than ${world.options.entitiesMax} entities`);
  const entity = world.table.draft(type.name, world.clock.now());
  entity.properties.set('name', `New_${type.name}_${entity.id.replaceAll('-', '')}`);
  if (clause.subType !== null) entity.properties.set('entitysubtype', clause.subType);
  return { entity, isNew: true, before: null, answer: {} };
}

function apply(asked: Asked, subject: Subject | undefined, clause: Exclude<Clause, { op: 'entity' | 'new' }>): void {
  if (!subject) throw new Refusal('SdkRequestError', 'A query begins with an entity');
  const { world } = asked;
  const { entity } = subject;
  if (clause.op === 'get') {
    subject.answer[clause.property] = readProperty(asked, entity, clause.property);
    return;
  }
  if (clause.op !== 'call' && !asked.maySet)
    throw new Refusal('InvalidOperation', `GET does not set ${clause.property}`);
  if (!subject.isNew) subject.before ??= beforeOf(entity);
  change(world, entity, clause);
}

function change(world: World, entity: Entity, clause: Exclude<Clause, { op: 'entity' | 'new' | 'get' }>): void {
  const { table } = world;
  switch (clause.op) {
    case 'call':
      callMethod(world, entity, clause);
      break;
    case 'set':
      setProperty(world, entity, clause.property, clause.value);
      break;
    case 'clear':
      clear(table, entity, clause.property);
      break;
    case 'replace':
      clear(table, entity, clause.property);
      for (const id of clause.values) join(table, entity, clause.property, id);
      break;
    case 'add':
      join(table, entity, clause.property, memberOf(clause));
      break;
    case 'remove':
      leave(table, entity, clause.property, memberOf(clause));
      break;
    default:
      assertNever(clause);
  }
}

function memberOf({ property, value }: { readonly property: string; readonly value: Value }): string {
  if (value.kind === 'text') return value.text;
  throw invalidValue(property, 'members are ids');
}

/** Books what was done to one entity, when all its clauses have been carried out. */
function finish({ world, creationPartition }: Asked, { entity, isNew, before }: Subject): void {
  if (isNew) {
    world.table.add(entity);
    const partition = creationPartition === null ? undefined : world.table.find(creationPartition);
    if (partition) join(world.table, partition, 'Members', entity.id);
    world.book.created(world.table, entity);
  } else if (before) world.book.updated(world.table, entity, before);
}

/** The relations between entities, kept in step on both of their sides. */
import { type Entity, type EntityTable, nobody, textOf } from './entity.ts';
import { entityGone, invalidValue, Refusal } from './refusal.ts';

interface Relation {
  /** Types of the members; null where any type may join. */
  readonly members: readonly string[] | null;
  /** The member's collection that says the same from the other side. */
  readonly mirror: string | null;
}

/** Where an entity keeps its partitions. No query can spell it: the Web SDK is not known to show them. */
const partitions = '(partitions)';

/** By type and lower-case name of the collection. */
const relations: { readonly [collection: string]: Relation } = {
  'Cardholder groups': { members: ['CardholderGroup'], mirror: 'members' },
  'CardholderGroup members': { members: ['Cardholder'], mirror: 'groups' },
  'Cardholder credentials': { members: ['Credential'], mirror: null },
  'Partition members': { members: null, mirror: partitions },
  'Elevator floors': { members: ['Area'], mirror: null },
};

/** Lets a member join. A member that is there already is refused. */
export function join(table: EntityTable, entity: Entity, property: string, reference: string): void {
  const relation = relationOf(entity, property);
  const member = table.find(reference);
  if (!member) throw entityGone(reference);
  if (relation.members && !relation.members.includes(member.type))
    throw invalidValue(property, `the ${member.type} ${member.id} cannot be a member`);
  if (entity.collections.get(property.toLowerCase())?.has(member.id))
    throw new Refusal('InvalidOperation', `${property} already holds ${member.id}`);
  // A credential has one holder, so its side is no collection.
  if (property.toLowerCase() === 'credentials') assign(table, member, entity);
  else collectionOf(entity, property).add(member.id);
  if (relation.mirror) collectionOf(member, relation.mirror).add(entity.id);
}

/** Lets a member leave; one that is not there is no error. */
export function leave(table: EntityTable, entity: Entity, property: string, reference: string): void {
  const relation = relationOf(entity, property);
  const member = table.find(reference);
  if (!member || !entity.collections.get(property.toLowerCase())?.has(member.id)) return;
  if (property.toLowerCase() === 'credentials') assign(table, member, null);
  else collectionOf(entity, property).delete(member.id);
  if (relation.mirror) collectionOf(member, relation.mirror).delete(entity.id);
}

/** Lets all members leave. */
export function clear(table: EntityTable, entity: Entity, property: string): void {
  relationOf(entity, property);
  for (const id of membersOf(table, entity, property)) leave(table, entity, property, id);
}

/** Gives a credential to a cardholder, or to nobody; the former holder loses it. */
export function assign(table: EntityTable, credential: Entity, cardholder: Entity | null): void {
  table.find(textOf(credential, 'cardholderguid'))?.collections.get('credentials')?.delete(credential.id);
  credential.properties.set('cardholderguid', cardholder?.id ?? nobody);
  if (cardholder) collectionOf(cardholder, 'credentials').add(credential.id);
}

/** Takes an entity out of everything that knows it, before it goes. */
export function unlink(table: EntityTable, entity: Entity): void {
  for (const property of entity.collections.keys()) clear(table, entity, property);
  if (entity.type === 'Credential') assign(table, entity, null);
}

/** The ids in a collection that still exist. */
export function membersOf(table: EntityTable, entity: Entity, property: string): readonly string[] {
  return [...(entity.collections.get(property.toLowerCase()) ?? [])].filter((id) => table.has(id));
}

function collectionOf(entity: Entity, property: string): Set<string> {
  const name = property.toLowerCase();
  const members = entity.collections.get(name) ?? new Set<string>();
  entity.collections.set(name, members);
  return members;
}

function relationOf(entity: Entity, property: string): Relation {
  if (property === partitions) return { members: ['Partition'], mirror: 'members' };
  const relation = relations[`${entity.type} ${property.toLowerCase()}`];
  if (relation) return relation;
  throw new Refusal('InvalidOperation', `The property ${property} of ${entity.type} is no collection`);
}

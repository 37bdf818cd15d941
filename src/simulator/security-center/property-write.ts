/** What setting a property means: types, limits, and the relations that are kept in step on both sides. */
import type { Json } from '../../core/json.ts';
import { dashed, type Entity, type EntityTable } from './entity.ts';
import type { Value } from './query.ts';
import { entityGone, invalidValue, noSetter, Refusal } from './refusal.ts';

/** Longest text of these columns in the Directory's database (seen at one site). */
const textLengthMax = 100;
const boundedTexts = new Set(['name', 'description', 'firstname', 'lastname', 'mobilephonenumber']);
const readOnly = new Set(['guid', 'entitytype', 'createdon', 'modifiedon', 'activationdate', 'status', 'isonline']);
const states = new Set(['Active', 'Inactive', 'Expired', 'Lost', 'Stolen', 'Requested']);
const nobody = /^[0-]+$/;

/** Sets one property. Throws {@link Refusal}. */
export function setProperty(table: EntityTable, entity: Entity, property: string, value: Value): void {
  const name = property.toLowerCase();
  if (readOnly.has(name)) throw noSetter(property);
  if (name === 'activationmode') setActivation(entity, value);
  else if (name === 'format') setFormat(table, entity, value);
  else if (value.kind === 'call') throw new Refusal('InvalidOperation', `Unknown call '${value.name}' for ${property}`);
  else if (name === 'state') setState(entity, value.text);
  else if (name === 'cardholderguid' || name === 'cardholder') setCardholder(table, entity, value.text);
  else setText(table, entity, property, value.text);
}

function setText(table: EntityTable, entity: Entity, property: string, text: string): void {
  if (boundedTexts.has(property.toLowerCase()) && text.length > textLengthMax)
    throw invalidValue(property, `longer than ${textLengthMax} characters`);
  table.set(entity, property, text);
}

/** Lets a member join or leave a collection. Adding one that is there already is refused. */
export function changeMembers(
  table: EntityTable,
  entity: Entity,
  property: string,
  change: { readonly op: 'add' | 'remove'; readonly id: string },
): void {
  const name = property.toLowerCase();
  const id = dashed(change.id);
  const other = table.find(id);
  const members = membersOf(entity, name);
  if (change.op === 'add') {
    if (!other) throw entityGone(change.id);
    if (members.includes(id)) throw new Refusal('InvalidOperation', `${property} already holds ${id}`);
  }
  put(entity, name, change);
  // The other side of the relation says the same.
  const mirror = { groups: 'members', members: 'groups' }[name];
  if (other && mirror) put(other, mirror, { op: change.op, id: entity.id });
  if (other && name === 'credentials')
    other.properties.set('cardholderguid', change.op === 'add' ? entity.id : '00000000-0000-0000-0000-000000000000');
}

/** The ids in a collection property. */
export function membersOf(entity: Entity, property: string): readonly string[] {
  const value = entity.properties.get(property.toLowerCase());
  return Array.isArray(value) ? (value as readonly string[]) : []; // collections only ever hold ids
}

function put(entity: Entity, name: string, { op, id }: { readonly op: 'add' | 'remove'; readonly id: string }): void {
  const others = membersOf(entity, name).filter((member) => member !== id);
  entity.properties.set(name, op === 'add' ? [...others, id] : others);
}

function setState(entity: Entity, text: string): void {
  if (!states.has(text)) throw invalidValue('State', text);
  entity.properties.set('state', text);
  entity.properties.set('status', { ...statusOf(entity), State: text });
}

function setActivation(entity: Entity, value: Value): void {
  if (value.kind !== 'call') throw invalidValue('ActivationMode', 'not a call');
  const dates = value.args.map((text) => {
    const at = Date.parse(text);
    if (Number.isNaN(at)) throw invalidValue('ActivationMode', text);
    return new Date(at).toISOString().replace('.000Z', 'Z');
  });
  const [first, second] = dates;
  if (value.name === 'SpecificActivationPeriod' && first && second)
    entity.properties.set('status', { ...statusOf(entity), ActivationDate: first, ExpirationDate: second });
  else if (value.name === 'SpecificDeactivation' && first)
    entity.properties.set('status', { ...statusOf(entity), ExpirationDate: first });
  else throw invalidValue('ActivationMode', value.name);
}

const statusOf = (entity: Entity) => (entity.properties.get('status') ?? {}) as { readonly [member: string]: Json };

/** Card formats by class name: which arguments they take. Two credentials of one content are refused. */
function setFormat(table: EntityTable, entity: Entity, value: Value): void {
  if (value.kind !== 'call') throw invalidValue('Format', 'not a format');
  const [first = '', second] = value.args;
  if (![first, second ?? '0'].every((argument) => /^\d{1,19}$/.test(argument)) || !/CredentialFormat$/.test(value.name))
    throw invalidValue('Format', `${value.name}(${value.args.join(',')})`);
  const card = second === undefined ? { CardId: first } : { Facility: Number(first), CardId: second };
  const unique = `${value.name}|${value.args.join('|')}`;
  const twin = table.withValue('Credential', 'uniqueid', unique).find((other) => other !== entity);
  if (twin) throw new Refusal('InvalidOperation', `A credential with the same format exists: ${twin.id}`);
  table.set(entity, 'uniqueid', unique);
  entity.properties.set('format', { Type: value.name, UniqueId: unique, ...card });
}

function setCardholder(table: EntityTable, entity: Entity, reference: string): void {
  const former = table.find(String(entity.properties.get('cardholderguid') ?? ''));
  if (former) put(former, 'credentials', { op: 'remove', id: entity.id });
  const id = dashed(reference);
  entity.properties.set('cardholderguid', id);
  if (nobody.test(id)) return;
  const cardholder = table.find(id);
  if (!cardholder) throw entityGone(reference);
  put(cardholder, 'credentials', { op: 'add', id: entity.id });
}

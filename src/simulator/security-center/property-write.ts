/** What setting a property means, by its kind. */
import { setActivation, setState } from './activation.ts';
import { setFormat } from './credential-format.ts';
import { dashed, type Entity, nobody } from './entity.ts';
import { type PropertyType, propertyOf } from './entity-types.ts';
import type { Value } from './query.ts';
import { entityGone, invalidValue, noSetter, noSuchProperty } from './refusal.ts';
import { assign } from './relations.ts';
import type { World } from './world.ts';

const logicalIdMax = 9_999_999;

/** Sets one property. Throws {@link Refusal}. */
export function setProperty(world: World, entity: Entity, path: string, value: Value): void {
  const property = propertyOf(entity.type, path);
  // Members of a value, such as Status.State, have no setter either: only properties of the entity itself do.
  if (!property && path.includes('.')) throw noSetter(path);
  if (!property) throw noSuchProperty('CannotSetProperty', entity.type, path);
  if (property.kind === 'fixed' || property.kind === 'collection') throw noSetter(property.name);
  if (property.kind === 'activation') setActivation(entity, value, world.clock.now());
  else if (property.kind === 'format') setFormat(world.table, entity, value);
  else if (value.kind === 'call') throw invalidValue(property.name, `unknown call '${value.name}'`);
  else if (property.kind === 'state') setState(entity, value.text);
  else if (property.kind === 'cardholder') setCardholder(world, entity, value.text);
  else if (property.kind === 'whole') setWhole(world, entity, property, value.text);
  else if (property.kind === 'flag') entity.properties.set(property.name.toLowerCase(), truth(property, value.text));
  else setText(world, entity, property, value.text);
}

function setText(world: World, entity: Entity, { name, lengthMax }: PropertyType, text: string): void {
  if (lengthMax !== null && text.length > lengthMax) throw invalidValue(name, `longer than ${lengthMax} characters`);
  world.table.set(entity, name, text);
}

function setWhole(world: World, entity: Entity, { name }: PropertyType, text: string): void {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number) || number > logicalIdMax) throw invalidValue(name, `no number from 0 to ${logicalIdMax}`);
  const others = name === 'LogicalId' ? world.table.withValue(entity.type, 'logicalid', String(number)) : [];
  if (others.some((other) => other !== entity)) throw invalidValue(name, `${number} is taken`);
  world.table.set(entity, name, number);
}

function truth({ name }: PropertyType, text: string): boolean {
  if (/^(true|1)$/i.test(text)) return true;
  if (/^(false|0)$/i.test(text)) return false;
  throw invalidValue(name, text);
}

function setCardholder({ table }: World, credential: Entity, reference: string): void {
  if (dashed(reference) === nobody || reference === '') {
    assign(table, credential, null);
    return;
  }
  const cardholder = table.find(reference);
  if (!cardholder) throw entityGone(reference);
  if (cardholder.type !== 'Cardholder') throw invalidValue('CardholderGuid', `${reference} is no cardholder`);
  assign(table, credential, cardholder);
}

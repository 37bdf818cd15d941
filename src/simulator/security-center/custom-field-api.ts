/** `/customField`: definitions by entity type, and the values that entities have. */
import type { Json } from '../../core/json.ts';
import { type CustomField, dataTypes, fieldValue } from './custom-field.ts';
import type { Entity } from './entity.ts';
import { entityTypeOf } from './entity-types.ts';
import { entityGone, invalidValue, Refusal } from './refusal.ts';
import type { World } from './world.ts';
import { beforeOf } from './write-book.ts';

/** Definitions a system may have; above it a new one is refused. */
const definitionsMax = 1_000;

/** `POST /customField/{Type}/{Name}/{DataType}/{Default}`. */
export function defineCustomField(
  world: World,
  [typeName = '', name = '', dataTypeName = '', fallback = '']: readonly string[],
): Json {
  const type = entityTypeOf(typeName)?.name;
  const dataType = dataTypes.find((one) => one.toLowerCase() === dataTypeName.toLowerCase());
  if (type === undefined) throw invalidValue('EntityType', typeName);
  if (dataType === undefined) throw invalidValue('DataType', dataTypeName);
  // Fields made elsewhere may have spaces in their names; at this door they are refused.
  if (!/^\w{1,100}$/.test(name)) throw invalidValue('Name', name);
  const fields = world.customFields.get(type) ?? new Map<string, CustomField>();
  if (fields.has(name)) throw new Refusal('InvalidOperation', `A custom field ${name} exists`);
  if (fields.size >= definitionsMax) throw new Refusal('InvalidOperation', `More than ${definitionsMax} custom fields`);
  world.customFields.set(type, fields.set(name, { name, dataType, fallback: fieldValue(dataType, fallback) }));
  return null;
}

/** `DELETE /customField/{Type}/{Name}`: the values go with the definition. */
export function dropCustomField(world: World, [typeName = '', name = '']: readonly string[]): Json {
  const type = entityTypeOf(typeName)?.name ?? '';
  if (!world.customFields.get(type)?.delete(name)) throw unknownField(typeName, name);
  for (const entity of world.table.ofType(type)) entity.customFields.delete(name);
  return null;
}

/** `GET /customField/{guid}/{Name}`. */
export function readCustomField(world: World, [reference = '', name = '']: readonly string[]): Json {
  const { entity, field } = find(world, reference, name);
  if (field.dataType === 'Image') throw new Refusal('InvalidOperation', `The image ${name} cannot be read`);
  return { Name: name, Value: entity.customFields.get(name) ?? field.fallback };
}

/** `PUT /customField/{guid}/{Name}/{Value}`; the value may come as `?val=` instead. */
export function writeCustomField(
  world: World,
  [reference = '', name = '', inPath = '']: readonly string[],
  inQuery: string | null,
): Json {
  const { entity, field } = find(world, reference, name);
  const before = beforeOf(entity);
  entity.customFields.set(name, fieldValue(field.dataType, inQuery ?? inPath));
  world.book.updated(world.table, entity, before);
  return null;
}

/** The `CustomFields` property: every field of the entity's type, with its value or its default. */
export function customFieldsOf(world: World, entity: Entity): Json {
  const fields = [...(world.customFields.get(entity.type)?.values() ?? [])].filter(
    ({ dataType }) => dataType !== 'Image',
  );
  return fields.map(({ name, fallback }) => ({ Name: name, Value: entity.customFields.get(name) ?? fallback }));
}

function find(world: World, reference: string, name: string): { readonly entity: Entity; readonly field: CustomField } {
  const entity = world.table.find(reference);
  if (!entity) throw entityGone(reference);
  const field = world.customFields.get(entity.type)?.get(name);
  if (!field) throw unknownField(entity.type, name);
  return { entity, field };
}

const unknownField = (type: string, name: string) =>
  new Refusal('InvalidOperation', `There is no custom field '${name}' of ${type}`);

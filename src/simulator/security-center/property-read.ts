/** Properties as they are read: single ones, nested ones, and whole entities. */
import type { Json } from '../../core/json.ts';
import { iso, shownState, stateNumber, statusOf } from './activation.ts';
import { shownFormat } from './credential-format.ts';
import { customFieldsOf } from './custom-field-api.ts';
import { type Entity, leaseEnd, nobody } from './entity.ts';
import { baseProperties, entityTypeOf, propertyOf } from './entity-types.ts';
import { roleTypes, runningStates, shownEnum } from './enumerations.ts';
import { noSuchProperty, Refusal } from './refusal.ts';
import { membersOf } from './relations.ts';
import type { World } from './world.ts';

/** What is read from, and the version that it states at this moment. */
export interface View {
  readonly world: World;
  readonly version: string;
}

/** A property by its path, for example `Status.ExpirationDate`. Throws {@link Refusal}. */
export function readProperty(view: View, entity: Entity, path: string): Json {
  const [name = '', ...rest] = path.split('.');
  const property = propertyOf(entity.type, name);
  if (!property || property.kind === 'activation') throw noSuchProperty('CannotGetProperty', entity.type, name);
  const value = readSingle(view, entity, property.name.toLowerCase());
  if (rest.length === 0) return value;
  const inner = property.name === 'Cardholder' ? view.world.table.find(String(value)) : undefined;
  if (inner) return readProperty(view, inner, rest.join('.'));
  return rest.reduce((outer, member) => memberOf(outer, member, path), value);
}

/** Every property that can be read, or the base properties only. */
export function readWhole(view: View, entity: Entity, form: 'all' | 'basic'): { readonly [name: string]: Json } {
  const all = [...(entityTypeOf(entity.type)?.properties.values() ?? [])].filter(({ kind }) => kind !== 'activation');
  const names = form === 'basic' ? baseProperties : all.map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, readSingle(view, entity, name.toLowerCase())]));
}

function readSingle({ world, version }: View, entity: Entity, name: string): Json {
  const byNumber = world.options.enums === 'number';
  switch (name) {
    case 'guid':
      return entity.id;
    case 'entitytype':
      return byNumber ? (entityTypeOf(entity.type)?.number ?? 0) : entity.type;
    case 'createdon':
      return iso(entity.createdAt);
    case 'modifiedon':
      return iso(entity.modifiedAt);
    case 'isonline':
      return isSilent(world, entity) ? false : (entity.properties.get(name) ?? true);
    case 'runningstate': {
      const state = isSilent(world, entity) ? 'NotRunning' : (entity.properties.get(name) ?? 'Running');
      return shownEnum(runningStates, state, byNumber);
    }
    case 'type':
    case 'ownerroletype':
      return shownEnum(roleTypes, entity.properties.get(name) ?? null, byNumber);
    case 'isinmaintenance':
    case 'synchronized':
    case 'hiddenfromui':
    case 'canescort':
    case 'antipassbackexemption':
      return entity.properties.get(name) ?? false;
    case 'customfields':
      return customFieldsOf(world, entity);
    case 'version':
      // A server that is no main server may be of another version, and says so itself.
      return entity.properties.get(name) ?? version;
    case 'state':
      return shown(world, entity);
    case 'status':
      return statusOf(entity, shown(world, entity));
    case 'format':
      return shownFormat(entity, world.options.formatShape);
    case 'cardholder':
    case 'cardholderguid':
      return entity.properties.get('cardholderguid') ?? nobody;
    default:
      if (propertyOf(entity.type, name)?.kind === 'collection') return readCollection(world, entity, name);
      return entity.properties.get(name) ?? null;
  }
}

/** Whether a role or server has not been heard of for too long. */
function isSilent({ clock }: World, { properties }: Entity): boolean {
  const end = properties.get(leaseEnd);
  return typeof end === 'number' && end <= clock.now();
}

function shown(world: World, entity: Entity): Json {
  const state = shownState(entity, world.clock.now());
  return world.options.enums === 'number' ? stateNumber(entity, state) : state;
}

function readCollection(world: World, entity: Entity, name: string): Json {
  const members = membersOf(world.table, entity, name);
  const showsAll = name === 'groups' && world.options.showAllCardholdersGroup;
  return showsAll ? [...new Set([world.allCardholders, ...members])] : members;
}

function memberOf(outer: Json, member: string, path: string): Json {
  if (outer !== null && typeof outer === 'object' && !Array.isArray(outer)) {
    const found = Object.entries(outer).find(([name]) => name.toLowerCase() === member.toLowerCase());
    if (found) return found[1];
  }
  throw new Refusal('CannotGetProperty', `There is no '${path}'`);
}

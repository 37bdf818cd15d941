/** The entities of the simulated Security Center: types, ids, and the tables that find them. */
import type { Json } from '../../core/json.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** Types by name with the number of the SDK's enumeration. */
export const entityTypes: { readonly [name: string]: number } = {
  Alarm: 3,
  Area: 5,
  Cardholder: 7,
  CardholderGroup: 8,
  Credential: 9,
  Door: 11,
  Elevator: 12,
  Role: 13,
  Partition: 15,
  Server: 37,
};

/** One entity: its properties by lower-case name. */
export interface Entity {
  readonly id: string;
  readonly type: string;
  readonly properties: Map<string, Json>;
}

/** Properties by whose value entities are looked up. */
const indexed: ReadonlySet<string> = new Set(['description', 'uniqueid']);

export class EntityTable {
  /** Entities by type, property and value, for the indexed properties. */
  readonly #byValue = new Map<string, Set<Entity>>();
  readonly #byId = new Map<string, Entity>();
  readonly #byType = new Map<string, Map<string, Entity>>();
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** A new entity with an id that the server chooses; not in the table until {@link EntityTable.add}. */
  draft(type: string): Entity {
    const hex = this.#random.hex(32);
    const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { id, type, properties: new Map() };
  }

  add(entity: Entity): void {
    this.#byId.set(entity.id, entity);
    const table = this.#byType.get(entity.type) ?? new Map<string, Entity>();
    this.#byType.set(entity.type, table.set(entity.id, entity));
    for (const name of indexed) this.#index(entity, name, 'add');
  }

  /** Sets a property, so that the entity is found by it. */
  set(entity: Entity, property: string, value: Json): void {
    const name = property.toLowerCase();
    const isIndexed = indexed.has(name) && this.#byId.has(entity.id);
    if (isIndexed) this.#index(entity, name, 'delete');
    entity.properties.set(name, value);
    if (isIndexed) this.#index(entity, name, 'add');
  }

  /** The entities of a type with that value of an indexed property. */
  withValue(type: string, property: 'description' | 'uniqueid', value: string): readonly Entity[] {
    return [...(this.#byValue.get(`${type} ${property} ${value}`) ?? [])];
  }

  /** By id with or without dashes and braces, or by `LogicalId(Type,n)`. */
  find(reference: string): Entity | undefined {
    const logical = /^LogicalId\((\w+),(\d+)\)$/i.exec(reference);
    if (logical) {
      const wanted = Number(logical[2]);
      return this.ofType(logical[1] ?? '').find(({ properties }) => properties.get('logicalid') === wanted);
    }
    return this.#byId.get(dashed(reference));
  }

  remove(id: string): boolean {
    const entity = this.#byId.get(id);
    if (!entity) return false;
    for (const name of indexed) this.#index(entity, name, 'delete');
    this.#byId.delete(id);
    this.#byType.get(entity.type)?.delete(id);
    return true;
  }

  /** In the order of creation. Type names ignore case. */
  ofType(type: string): readonly Entity[] {
    const name = Object.keys(entityTypes).find((known) => known.toLowerCase() === type.toLowerCase());
    return [...(this.#byType.get(name ?? '')?.values() ?? [])];
  }

  #index(entity: Entity, name: string, change: 'add' | 'delete'): void {
    const value = textOf(entity, name);
    if (value === '') return;
    const key = `${entity.type} ${name} ${value}`;
    const found = this.#byValue.get(key) ?? new Set<Entity>();
    found[change](entity);
    if (found.size > 0) this.#byValue.set(key, found);
    else this.#byValue.delete(key);
  }
}

/** A GUID as it is shown: lower case, with dashes. */
export function dashed(reference: string): string {
  const digits = reference.replace(/[{}-]/g, '').toLowerCase();
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Text of a property, empty when it is not there. */
export function textOf(entity: Entity, property: string): string {
  const value = entity.properties.get(property.toLowerCase());
  return typeof value === 'string' ? value : '';
}

/** The entities of the simulated Security Center, and the tables that find them. */
import type { Json } from '../../core/json.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { entityTypeOf } from './entity-types.ts';

/** One entity: its single properties by lower-case name, and apart from them its collections, which hold ids only. */
export interface Entity {
  readonly id: string;
  readonly type: string;
  readonly properties: Map<string, Json>;
  readonly collections: Map<string, Set<string>>;
  /** Values by name of custom field. */
  readonly customFields: Map<string, Json>;
  /** Epoch milliseconds. */
  createdAt: number;
  modifiedAt: number;
}

/** Where a single reference means nobody. */
export const nobody = '00000000-0000-0000-0000-000000000000';

/** When a state ends that nobody has confirmed, epoch milliseconds. No query can spell it. */
export const leaseEnd = '(lease)';

type Indexed = 'description' | 'uniqueid' | 'logicalid';
const indexed: readonly Indexed[] = ['description', 'uniqueid', 'logicalid'];

export class EntityTable {
  readonly #byValue = new Map<string, Set<Entity>>();
  readonly #byId = new Map<string, Entity>();
  readonly #byType = new Map<string, Map<string, Entity>>();
  readonly #random: SeededRandom;
  #revision = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Goes up with every entity that comes, goes, or is set. */
  get revision(): number {
    return this.#revision;
  }

  /** A new entity; not in the table until {@link EntityTable.add}. Without `id` the server chooses one. */
  draft(type: string, at: number, id = dashed(this.#random.hex(32))): Entity {
    const maps = { properties: new Map(), collections: new Map(), customFields: new Map() };
    return { id, type, ...maps, createdAt: at, modifiedAt: at };
  }

  add(entity: Entity): void {
    this.#revision += 1;
    this.#byId.set(entity.id, entity);
    const table = this.#byType.get(entity.type) ?? new Map<string, Entity>();
    this.#byType.set(entity.type, table.set(entity.id, entity));
    for (const name of indexed) this.#index(entity, name, 'add');
  }

  /** Sets a single property, so that the entity is found by it. */
  set(entity: Entity, property: string, value: Json): void {
    this.#revision += 1;
    const name = property.toLowerCase();
    const own = this.#byId.has(entity.id) ? indexed.find((one) => one === name) : undefined;
    if (own) this.#index(entity, own, 'delete');
    entity.properties.set(name, value);
    if (own) this.#index(entity, own, 'add');
  }

  /** The entities of a type that have that value now. */
  withValue(type: string, property: Indexed, value: string): readonly Entity[] {
    const found = this.#byValue.get(`${type} ${property} ${value}`) ?? [];
    // What was changed by hand, past the index, is not found by its former value.
    return [...found].filter((entity) => this.has(entity.id) && textOf(entity, property) === value);
  }

  /** By id with or without dashes and braces, or by `LogicalId(Type,n)`. */
  find(reference: string): Entity | undefined {
    const logical = /^LogicalId\((\w+),(\d+)\)$/i.exec(reference);
    if (!logical) return this.#byId.get(dashed(reference));
    const type = entityTypeOf(logical[1] ?? '')?.name ?? '';
    return this.withValue(type, 'logicalid', String(Number(logical[2])))[0];
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  remove(entity: Entity): boolean {
    this.#revision += 1;
    for (const name of indexed) this.#index(entity, name, 'delete');
    this.#byType.get(entity.type)?.delete(entity.id);
    return this.#byId.delete(entity.id);
  }

  /** The entities of a type in the order of their creation. */
  ofType(type: string): Iterable<Entity> {
    return this.#byType.get(type)?.values() ?? [];
  }

  count(type: string): number {
    return this.#byType.get(type)?.size ?? 0;
  }

  get size(): number {
    return this.#byId.size;
  }

  #index(entity: Entity, name: Indexed, change: 'add' | 'delete'): void {
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

/** Text of a single property, empty when it is not there. */
export function textOf(entity: Entity, property: string): string {
  const value = entity.properties.get(property.toLowerCase());
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Whether the description begins with the prefix: how entities of one owner are told from others. */
export function isMarked(entity: Entity, prefix: string): boolean {
  return textOf(entity, 'description').startsWith(prefix);
}

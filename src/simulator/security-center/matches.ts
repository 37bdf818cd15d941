/** The entities that a search is about. A walk asks for page after page, so they are kept while nothing changes. */
import type { Entity, EntityTable } from './entity.ts';
import type { Search } from './report-filter.ts';

/** How many walks at once find their entities kept. */
const keptMax = 8;

export class Matches {
  readonly #table: EntityTable;
  readonly #kept = new Map<string, readonly Entity[]>();
  #revision = -1;

  constructor(table: EntityTable) {
    this.#table = table;
  }

  /** All that match, type by type, the oldest first. */
  of(search: Search): readonly Entity[] {
    if (search.page === null || search.ids || search.uniqueIds) return this.#find(search);
    if (this.#revision !== this.#table.revision || this.#kept.size >= keptMax) this.#kept.clear();
    this.#revision = this.#table.revision;
    const { types, name, nameContains, description, logicalId, owner } = search;
    const key = JSON.stringify([types, name, nameContains, description, logicalId, owner]);
    const matches = this.#kept.get(key) ?? this.#find(search);
    this.#kept.set(key, matches);
    return matches;
  }

  #find(search: Search): readonly Entity[] {
    const matches = predicateOf(search);
    const found: Entity[] = [];
    for (const type of search.types) {
      for (const entity of this.#table.ofType(type)) if (matches(entity)) found.push(entity);
    }
    return found;
  }
}

/** Names match by their beginning unless told otherwise (documented); that descriptions do likewise is assumed. */
function predicateOf(search: Search): (entity: Entity) => boolean {
  const { name, nameContains, description, ids, uniqueIds, logicalId, owner } = search;
  const text = (entity: Entity, property: string) => String(entity.properties.get(property) ?? '');
  const conditions: ((entity: Entity) => boolean)[] = [];
  if (description !== null) conditions.push((entity) => begins(text(entity, 'description'), description));
  if (name !== null && nameContains) conditions.push((entity) => text(entity, 'name').toLowerCase().includes(name));
  if (name !== null && !nameContains) conditions.push((entity) => begins(text(entity, 'name'), name));
  if (ids) conditions.push(({ id }) => ids.has(id));
  if (uniqueIds) conditions.push((entity) => uniqueIds.has(text(entity, 'uniqueid')));
  if (logicalId !== null) conditions.push((entity) => text(entity, 'logicalid') === logicalId);
  if (owner !== null) conditions.push((entity) => text(entity, 'ownerrole') === owner);
  return (entity) => conditions.every((condition) => condition(entity));
}

/**
 * Whether a text begins with a prefix of lower case, in any case. A search goes over every entity of its types, and
 * their markers differ at the end, so it is compared from there.
 */
function begins(text: string, prefix: string): boolean {
  if (text.length < prefix.length) return false;
  for (let at = prefix.length - 1; at >= 0; at -= 1) {
    if (text.charCodeAt(at) !== prefix.charCodeAt(at) && text[at]?.toLowerCase() !== prefix[at]) return false;
  }
  return true;
}

/** `/report/EntityConfiguration` and its kin: searches by type, name, description and more, page by page. */
import type { Json } from '../../core/json.ts';
import type { Entity } from './entity.ts';
import type { View } from './property-read.ts';
import type { Search } from './report-filter.ts';

/** Rows of a search; `cut` says that there are more than may be shown. */
export interface Found {
  readonly rows: readonly Json[];
  readonly cut: boolean;
}

export interface SearchOptions {
  readonly hides: (entity: Entity) => boolean;
  /** The page begins with the last row of the page before. */
  readonly repeatsRow: boolean;
}

/** The rows of a page, and one more if another page exists: that is how the end is told. */
export function runSearch({ world, version }: View, search: Search, { hides, repeatsRow }: SearchOptions): Found {
  const { types, page, pageSize, rowsMax } = search;
  const first = page === null ? 0 : (page - 1) * pageSize - (repeatsRow && page > 1 ? 1 : 0);
  const wanted = page === null ? rowsMax : Math.min(pageSize + 1, rowsMax);
  const matches = predicateOf(search);
  const found: Entity[] = [];
  let passed = 0;
  for (const type of types) {
    for (const entity of world.table.ofType(type)) {
      if (!matches(entity) || hides(entity)) continue;
      passed += 1;
      if (passed <= first) continue;
      if (found.length < wanted) found.push(entity);
      else return rowsOf(found, version, page === null || pageSize >= rowsMax);
    }
  }
  return rowsOf(found, version, false);
}

function rowsOf(entities: readonly Entity[], version: string, cut: boolean): Found {
  return { rows: entities.map((entity) => row(entity, isFrom(version, namesSince))), cut };
}

/** Since this version a search gives more than ids. */
const namesSince = [5, 13, 3];

function row({ id, properties }: Entity, withNames: boolean): Json {
  if (!withNames) return { Guid: id };
  const value = (name: string) => properties.get(name) ?? null;
  return { Guid: id, Name: value('name'), Description: value('description'), LogicalId: value('logicalid') };
}

function isFrom(version: string, since: readonly number[]): boolean {
  const numbers = version.split('.').map(Number);
  const at = since.findIndex((number, place) => (numbers[place] ?? 0) !== number);
  return at < 0 || (numbers[at] ?? 0) > (since[at] ?? 0);
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

/** `/report/EntityConfiguration` and its kin: searches by type, name, description and more, page by page. */
import type { Json } from '../../core/json.ts';
import { hidesNothing } from './domain-faults.ts';
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
  const { page, pageSize, rowsMax } = search;
  const first = page === null ? 0 : (page - 1) * pageSize - (repeatsRow && page > 1 ? 1 : 0);
  const wanted = page === null ? rowsMax : Math.min(pageSize + 1, rowsMax);
  const matches = world.matches.of(search);
  const seen = hides === hidesNothing ? matches : matches.filter((entity) => !hides(entity));
  const cut = seen.length > first + wanted && (page === null || pageSize >= rowsMax);
  return { rows: rowsOf(seen.slice(first, first + wanted), version), cut };
}

function rowsOf(entities: readonly Entity[], version: string): readonly Json[] {
  return entities.map((entity) => row(entity, isFrom(version, namesSince)));
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

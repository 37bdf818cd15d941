/** `/report/EntityConfiguration` and its kin: searches by type, name and description, page by page. */
import type { Json } from '../../core/json.ts';
import { type Entity, textOf } from './entity.ts';
import type { Clause } from './query.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** Reports that know pages; on others `Page` is refused with the message that was seen. */
const pagedReports: { readonly [name: string]: readonly string[] } = {
  entityconfiguration: [],
  cardholderconfiguration: ['Cardholder'],
  credentialconfiguration: ['Credential'],
};
const pageSizeDefault = 1_000;

export interface Search {
  readonly types: readonly string[];
  readonly name: string | null;
  readonly nameContains: boolean;
  readonly description: string | null;
  readonly page: number;
  readonly pageSize: number;
}

export function parseSearch(report: string, clauses: readonly Clause[]): Search {
  const kinds = pagedReports[report.toLowerCase()];
  const text = (property: string): string | null => {
    const clause = clauses.find((one) => 'property' in one && one.property.toLowerCase() === property);
    return clause && 'value' in clause && clause.value.kind === 'text' ? clause.value.text : null;
  };
  if (!kinds) {
    if (text('page') !== null)
      throw new Refusal('InvalidOperation', `Could not find property 'Page' from filter: 'Page=${text('page')}'`);
    throw new Refusal('SdkRequestError', `Unknown report '${report}'`);
  }
  const asked = clauses.flatMap((one) =>
    one.op === 'add' && one.property.toLowerCase() === 'entitytypes' && one.value.kind === 'text'
      ? one.value.text.split('@')
      : [],
  );
  const page = Number(text('page') ?? 1);
  const pageSize = Number(text('pagesize') ?? pageSizeDefault);
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(pageSize) || pageSize < 1)
    throw new Refusal('InvalidValue', 'Page and PageSize are whole numbers from 1');
  return {
    types: kinds.length > 0 ? kinds : asked,
    name: text('name'),
    nameContains: text('namesearchmode')?.toLowerCase() === 'contains',
    description: text('description'),
    page,
    pageSize,
  };
}

/** The rows of a page, and one more if another page exists: that is how the end is told. */
export function runSearch(world: World, search: Search, repeatRow: boolean): readonly Json[] {
  const { types, page, pageSize } = search;
  const found = types.flatMap((type) => world.table.ofType(type)).filter((entity) => matches(entity, search));
  const start = (page - 1) * pageSize - (repeatRow && page > 1 ? 1 : 0);
  return found.slice(start, start + pageSize + 1).map(({ id }) => ({ Guid: id }));
}

/** Names match by their beginning unless told otherwise (documented); that descriptions do likewise is assumed. */
function matches(entity: Entity, { name, nameContains, description }: Search): boolean {
  const own = textOf(entity, 'name').toLowerCase();
  if (name !== null && !(nameContains ? own.includes(name.toLowerCase()) : own.startsWith(name.toLowerCase())))
    return false;
  return description === null || textOf(entity, 'description').toLowerCase().startsWith(description.toLowerCase());
}

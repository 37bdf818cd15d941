/** The filter of a search, read from the clauses of its query. */
import { dashed } from './entity.ts';
import { entityTypeNames, entityTypeOf } from './entity-types.ts';
import type { Clause } from './query.ts';
import { invalidValue, Refusal } from './refusal.ts';

export interface Search {
  readonly types: readonly string[];
  /** Lower case; null for any. */
  readonly name: string | null;
  readonly nameContains: boolean;
  /** Lower case; null for any. */
  readonly description: string | null;
  readonly ids: ReadonlySet<string> | null;
  readonly uniqueIds: ReadonlySet<string> | null;
  readonly logicalId: string | null;
  readonly owner: string | null;
  /** 1 and up; null where no pages were asked for. */
  readonly page: number | null;
  readonly pageSize: number;
  readonly rowsMax: number;
}

/** Reports that search entities and know pages, with the types that they are about. */
const searches: { readonly [name: string]: readonly string[] } = {
  entityconfiguration: [],
  cardholderconfiguration: ['Cardholder'],
  credentialconfiguration: ['Credential'],
};

const pageSizeDefault = 1_000;

/** Properties of the filter, in lower case; those that change nothing here are taken and ignored. */
const filters: ReadonlySet<string> = new Set(
  `entitytypes entitytypefilter entityguids uniqueids name namesearchmode description logicalid owner page pagesize
  maximumresultcount strictresults guidsonly downloadallrelateddata`.split(/\s+/),
);

/** Reads the filter of a report. Throws {@link Refusal} for what the report does not know. */
export function parseSearch(report: string, clauses: readonly Clause[], rowsMax: number): Search {
  const kinds = searches[report.toLowerCase()];
  for (const clause of clauses) {
    const name = 'property' in clause ? clause.property : '';
    if (kinds && filters.has(name.toLowerCase())) continue;
    if (name === '') throw new Refusal('InvalidOperation', 'A filter is made of properties and their values');
    if (kinds || /^page(size)?$/i.test(name)) throw noFilter(name, clause);
  }
  if (!kinds) throw new Refusal('SdkRequestError', `Unknown report '${report}'`);
  const [single, many] = [reader(clauses), collector(clauses)];
  const asked = [...many('entitytypes'), ...many('entitytypefilter')];
  const page = single('page') === null ? null : whole('Page', single('page'), 1);
  return {
    types: kinds.length > 0 ? kinds : asked.length > 0 ? asked.map(typeName) : entityTypeNames,
    name: single('name')?.toLowerCase() ?? null,
    nameContains: single('namesearchmode')?.toLowerCase() === 'contains',
    description: single('description')?.toLowerCase() ?? null,
    ids: setOf(many('entityguids').map(dashed)),
    uniqueIds: setOf(many('uniqueids')),
    logicalId: single('logicalid'),
    owner: ownerOf(single('owner')),
    page,
    pageSize: page === null ? rowsMax : whole('PageSize', single('pagesize'), pageSizeDefault),
    rowsMax: Math.min(rowsMax, whole('MaximumResultCount', single('maximumresultcount'), rowsMax)),
  };
}

const ownerOf = (owner: string | null) => (owner === null ? null : dashed(owner));

type ReadOne = (property: string) => string | null;

function reader(clauses: readonly Clause[]): ReadOne {
  return (property) => {
    const clause = clauses.find((one) => one.op === 'set' && one.property.toLowerCase() === property);
    return clause?.op === 'set' && clause.value.kind === 'text' ? clause.value.text : null;
  };
}

/** Values of a collection, also where it was set as if it were single. */
function collector(clauses: readonly Clause[]): (property: string) => readonly string[] {
  return (property) =>
    clauses.flatMap((one) => {
      if (!('property' in one) || one.property.toLowerCase() !== property) return [];
      if (one.op === 'replace') return one.values;
      return (one.op === 'add' || one.op === 'set') && one.value.kind === 'text' ? [one.value.text] : [];
    });
}

/** The words that a client quoted for `Page`. */
function noFilter(name: string, clause: Clause): Refusal {
  const shown = 'value' in clause && clause.value.kind === 'text' ? `${name}=${clause.value.text}` : name;
  return new Refusal('InvalidOperation', `Could not find property '${name}' from filter: '${shown}'`);
}

function typeName(text: string): string {
  const type = entityTypeOf(text);
  if (!type) throw invalidValue('EntityTypes', text);
  return type.name;
}

function whole(property: string, text: string | null, fallback: number): number {
  if (text === null) return fallback;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw invalidValue(property, text);
  return number;
}

const setOf = (values: readonly string[]): ReadonlySet<string> | null => (values.length > 0 ? new Set(values) : null);

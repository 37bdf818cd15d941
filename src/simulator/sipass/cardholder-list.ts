/** The list of cardholders: search, order, window and projection, as the query parameters ask. */
import { z } from 'zod';
import type { Json, JsonObject } from '../../core/json.ts';
import { type SortField, sortFields } from './cardholder-store.ts';
import { cardholderItem } from './cardholder-view.ts';
import { SipassError } from './sipass-error.ts';
import type { SipassWorld } from './world.ts';

export interface CardholderQuery {
  readonly search: string;
  readonly fields: readonly string[];
  readonly sort: SortField | 'Status';
  readonly descending: boolean;
  readonly startIndex: number;
  /** As asked; whether the record at it belongs to the window is the profile's business. */
  readonly endIndex: number | null;
}

const indexSchema = z.coerce.number().int().min(0);
const sortSchema = z.object({
  FieldName: z.enum([...sortFields, 'Status']),
  SortingOrder: z.coerce.number().int().min(0).max(1).default(0),
});
const filterSchema = z.strictObject({ Identifier: z.literal('').optional() });

/** @throws SipassError 909 for a parameter that is not understood */
export function parseCardholderQuery(query: URLSearchParams): CardholderQuery {
  // Parameter names of .NET model binding are case-insensitive.
  const parameters = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const read = <T>(name: string, schema: z.ZodType<T>, text: Json | undefined): T => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new SipassError(909, name);
  };
  const start = parameters.get('startindex');
  const end = parameters.get('endindex');
  // Every grammar beyond "no filter" is unknown, so nothing else is accepted.
  read('filterExpression', filterSchema, lenientJson(parameters.get('filterexpression') ?? '{}'));
  const order = parameters.get('sortingorder');
  const sort =
    order === undefined || order === ''
      ? { FieldName: 'Token' as const, SortingOrder: 0 }
      : read('sortingOrder', sortSchema, lenientJson(order));
  return {
    search: parameters.get('searchstring') ?? '',
    fields: (parameters.get('fields') ?? '')
      .split(',')
      .map((field) => field.trim())
      .filter((field) => field !== ''),
    sort: sort.FieldName,
    descending: sort.SortingOrder === 1,
    startIndex: start === undefined ? 0 : read('startIndex', indexSchema, start),
    endIndex: end === undefined ? null : read('endIndex', indexSchema, end),
  };
}

/** All tokens the query finds, in its order, before the window is cut. */
export function findCardholders(world: SipassWorld, query: CardholderQuery): readonly string[] {
  const ordered = query.sort === 'Status' ? byStatus(world) : world.cardholders.order(query.sort);
  const found = query.search === '' ? ordered : ordered.filter((token) => contains(world, token, query.search));
  return query.descending ? found.toReversed() : found;
}

/** The records of the window, never more than the server's largest. */
export function windowOf(world: SipassWorld, query: CardholderQuery, tokens: readonly string[]): readonly JsonObject[] {
  const { windowMax } = world.options;
  const most = query.startIndex + windowMax;
  const end = query.endIndex === null ? most : query.endIndex + (world.profile.endIndex === 'inclusive' ? 1 : 0);
  return tokens.slice(query.startIndex, Math.min(end, most)).map((token) => cardholderItem(world, token, query.fields));
}

/** Status follows the clock, so this order is never kept. */
function byStatus(world: SipassWorld): readonly string[] {
  const table = world.profile.status;
  const keyed = world.cardholders.order('Token').map((token) => ({ token, status: table[world.statusOf(token)] }));
  return keyed.sort((a, b) => a.status - b.status).map(({ token }) => token);
}

function contains(world: SipassWorld, token: string, search: string): boolean {
  const summary = world.cardholders.summary(token);
  if (summary === null) return false;
  const text = `${summary.firstName} ${summary.lastName} ${summary.employeeNumber}`;
  return text.toLowerCase().includes(search.toLowerCase());
}

/** JSON in which a production client writes single quotes, so the server must be reading it. */
function lenientJson(text: string): Json {
  for (const candidate of [text, text.replaceAll("'", '"')]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next spelling is tried; what fits none is refused by the schema.
    }
  }
  return null;
}

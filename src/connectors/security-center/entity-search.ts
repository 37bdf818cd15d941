/** Searches entities by type and Description, page by page, over the EntityConfiguration report. */
import { CodedError } from '../../core/errors.ts';
import { replyFailure } from './failure.ts';
import { buildQuery, text, word } from './query.ts';
import { guidOf, rowsOf } from './reply.ts';
import type { WebSdk } from './web-sdk.ts';

export interface SearchRequest {
  readonly entityType: string;
  /** What the Description begins with; null for every entity of the type. */
  readonly description: string | null;
  /** 1 and up. */
  readonly page: number;
  readonly pageSize: number;
}

export interface FoundRow {
  readonly id: string;
  /** The Description where the server sends it along (5.13.3 and newer), else null. */
  readonly description: string | null;
}

/**
 * One page of a search; `more` says that another one exists. The server announces it by one row beyond the page size.
 * That row is given too, though it comes again on the next page: when the list shifts between two pages it may be the
 * only time it is shown. The filter may match more than asked for (prefix, case): callers compare for themselves.
 *
 * @throws CodedError `SW_WALK_INCOMPLETE` when the server cuts the list short.
 */
export async function searchEntities(
  sdk: WebSdk,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<{ readonly rows: readonly FoundRow[]; readonly more: boolean }> {
  const { entityType, description, page, pageSize } = request;
  const doing = `searching entities of type ${entityType}, page ${page}`;
  const query = buildQuery([
    { op: 'add', property: 'EntityTypes', value: word(entityType) },
    ...(description === null ? [] : [{ op: 'set', property: 'Description', value: text(description) } as const]),
    { op: 'set', property: 'Page', value: { kind: 'number', number: page } },
    { op: 'set', property: 'PageSize', value: { kind: 'number', number: pageSize } },
  ]);
  const reply = await sdk.call({ verb: 'GET', path: '/report/EntityConfiguration', query, doing, signal });
  if (reply.status === 'fail') throw replyFailure(reply, doing, false);
  if (reply.status !== 'ok') {
    throw new CodedError('SW_WALK_INCOMPLETE', {
      doing,
      expected: 'a whole page',
      found: `status ${reply.status}`,
      todo: 'Lower pageSize; nothing is deleted on the evidence of a list that was cut short',
    });
  }
  const all = rowsOf(reply.result).map((row): FoundRow => {
    const id = guidOf(row.get('guid'));
    if (id === null) throw unexpectedRow(doing, [...row.keys()]);
    const own = row.get('description');
    return { id, description: typeof own === 'string' ? own : null };
  });
  return { rows: unique(all), more: all.length > pageSize };
}

function unique(rows: readonly FoundRow[]): readonly FoundRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function unexpectedRow(doing: string, keys: readonly string[]): CodedError {
  return new CodedError('SW_REPLY_UNEXPECTED', {
    doing,
    expected: 'rows with a Guid',
    found: keys.length === 0 ? 'a row without members' : `a row with ${keys.slice(0, 8).join(', ')}`,
    todo: 'Compare the version of the Web-based SDK role with the versions this connector knows',
  });
}

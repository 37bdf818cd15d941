/** The ids of all entities of a type, or of those that belong to an owner, page by page. */
import { replyFailure } from '../connectors/security-center/failure.ts';
import { buildQuery, idValue, word } from '../connectors/security-center/query.ts';
import { guidOf, rowsOf } from '../connectors/security-center/reply.ts';
import type { WebSdk } from '../connectors/security-center/web-sdk.ts';
import { CodedError } from '../core/errors.ts';

export interface IdSearch {
  readonly type: string;
  /** Null for whoever. */
  readonly owner: string | null;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** This version does not know the filter `Owner`. */
export class FilterRefused extends Error {}

/**
 * Each counts once, though the row that announces the next page comes again on it.
 * @throws FilterRefused, CodedError
 */
export async function searchIds(sdk: WebSdk, search: IdSearch): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let page = 1; ; page += 1) {
    const rows = await readPage(sdk, search, page);
    for (const id of rows) ids.add(id);
    if (rows.length <= search.pageSize) return ids;
  }
}

async function readPage(
  sdk: WebSdk,
  { type, owner, pageSize, signal }: IdSearch,
  page: number,
): Promise<readonly string[]> {
  const doing = `counting entities of type ${type}, page ${page}`;
  const query = buildQuery([
    { op: 'add', property: 'EntityTypes', value: word(type) },
    ...(owner === null ? [] : [{ op: 'set', property: 'Owner', value: idValue(owner) } as const]),
    { op: 'set', property: 'Page', value: { kind: 'number', number: page } },
    { op: 'set', property: 'PageSize', value: { kind: 'number', number: pageSize } },
  ]);
  const reply = await sdk.call({ verb: 'GET', path: '/report/EntityConfiguration', query, doing, signal });
  if (reply.status === 'fail' && owner !== null && /\bOwner\b/.test(reply.error.message)) throw new FilterRefused();
  if (reply.status === 'fail') throw replyFailure(reply, doing, false);
  if (reply.status !== 'ok')
    throw new CodedError('SW_WALK_INCOMPLETE', {
      doing,
      expected: 'a whole page',
      found: `status ${reply.status}`,
      todo: 'Lower target.pageSize; nothing is concluded from a list that was cut short',
    });
  return rowsOf(reply.result).map((row) => {
    const id = guidOf(row.get('guid'));
    if (id !== null) return id;
    throw new CodedError('SW_REPLY_UNEXPECTED', {
      doing,
      expected: 'rows with a Guid',
      found: `a row with ${[...row.keys()].slice(0, 8).join(', ') || 'no members'}`,
      todo: 'Compare the version of the Web-based SDK role with the versions this connector knows',
    });
  });
}

/** Reads properties of many entities in few requests, and tells the ones that are gone from failures. */

import { CodedError } from '../../core/errors.ts';
import { replyFailure, saysGone } from './failure.ts';
import { buildQuery } from './query.ts';
import { guidOf, type Properties, rowsOf } from './reply.ts';
import type { WebSdk } from './web-sdk.ts';

/** Most entities in one request; above it the request line grows past what servers accept. */
const entitiesPerReadMax = 80;

/** Longest encoded query of a read, in bytes: the request line stays under 8 KB with host and path. */
const queryBytesMax = 7_600;

/** How many entities one request asks for, with so many properties of each. */
export function entitiesPerRead(properties: readonly string[]): number {
  const bytesEach = readQuery([anyId], withGuid(properties)).length + 1;
  return Math.max(1, Math.min(entitiesPerReadMax, Math.floor(queryBytesMax / bytesEach)));
}

/** All are of one length. */
const anyId = '00000000-0000-0000-0000-000000000000';
const withGuid = (properties: readonly string[]) => ['Guid', ...properties];

/**
 * The properties of the entities that exist, by id. One request per {@link entitiesPerReadMax} entities or
 * {@link queryBytesMax}, all of them through the gate of the connection.
 *
 * What the role answers when one id of many is gone is not documented. Both known ways are taken: the row is missing or
 * empty, or the whole request fails; then the batch is halved until the ids that are gone stand alone.
 */
export async function readEntities(
  sdk: WebSdk,
  ids: readonly string[],
  properties: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Properties>> {
  const found = await Promise.all(
    batches(ids, properties).map((batch) => readBatch(sdk, batch, withGuid(properties), signal)),
  );
  return new Map(found.flat());
}

type Row = readonly [string, Properties];

async function readBatch(
  sdk: WebSdk,
  ids: readonly string[],
  properties: readonly string[],
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const doing = `reading ${ids.length} entities`;
  const reply = await sdk.call({ verb: 'GET', path: '/entity', query: readQuery(ids, properties), doing, signal });
  if (reply.status === 'ok') return matchRows(ids, rowsOf(reply.result), doing);
  if (!saysGone(reply)) throw replyFailure(reply, doing, false);
  if (ids.length === 1) return [];
  const middle = Math.ceil(ids.length / 2);
  const left = await readBatch(sdk, ids.slice(0, middle), properties, signal);
  const right = await readBatch(sdk, ids.slice(middle), properties, signal);
  return [...left, ...right];
}

/** Rows by their Guid; a row that carries none is taken by its place when there is a row for each id. */
function matchRows(ids: readonly string[], rows: readonly Properties[], doing: string): readonly Row[] {
  const asked = new Set(ids);
  const matched: Row[] = [];
  for (const [place, row] of rows.entries()) {
    const own = guidOf(row.get('guid'));
    const id = own ?? (rows.length === ids.length && row.size > 0 ? ids[place] : undefined);
    if (id === undefined) continue; // an empty row: there is nothing of that id
    if (!asked.has(id)) {
      throw new CodedError('SW_REPLY_UNEXPECTED', {
        doing,
        expected: 'the entities that were asked for',
        found: `entity ${id}`,
        todo: 'Check that nothing between here and the Web-based SDK role answers from a cache',
      });
    }
    matched.push([id, row]);
  }
  return matched;
}

/** The same properties of every entity: their clauses are written once. */
function readQuery(ids: readonly string[], properties: readonly string[]): string {
  const reads = buildQuery(properties.map((property) => ({ op: 'get', property })));
  return ids.map((id) => `${buildQuery([{ op: 'entity', id }])},${reads}`).join(',');
}

function batches(ids: readonly string[], properties: readonly string[]): readonly (readonly string[])[] {
  const unique = [...new Set(ids)];
  const size = entitiesPerRead(properties);
  const list: string[][] = [];
  for (let start = 0; start < unique.length; start += size) list.push(unique.slice(start, start + size));
  return list;
}

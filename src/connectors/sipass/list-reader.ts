/**
 * Reads the kinds whose list is given as a whole: workgroups, access points and their groups, floor point groups.
 *
 * Each page of a walk reads the list again and goes on behind the last key in sorted order, so that rows that come, go
 * or move in between neither hide others nor show them twice.
 */
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { SourceRecord } from '../connector.ts';
import { mapBounded } from './bounded-map.ts';
import type { HrApi } from './hr-api.ts';
import { type KindReader, readList } from './kind-reader.ts';
import { listReplySchema, type TokenRow } from './list-reply.ts';
import type { SipassSettings } from './options.ts';
import { walkIncomplete } from './walk-incomplete.ts';

export interface ListReaderOptions<Row extends TokenRow> {
  readonly kind: string;
  /** The list, below `/api/V1/hr`. */
  readonly path: string;
  readonly row: z.ZodType<Row>;
  /** The value of a row; null when the object has gone since. */
  readonly value: (row: Row, signal: AbortSignal) => Promise<JsonObject | null>;
  /** Reads one object by its key, where that needs no list. */
  readonly get?: KindReader['get'];
}

const cursorSchema = z.strictObject({ after: z.string() });

export function createListReader<Row extends TokenRow>(
  api: HrApi,
  settings: SipassSettings,
  options: ListReaderOptions<Row>,
): KindReader {
  const { kind, path, value } = options;
  const doing = `listing ${path.slice(1)}`;
  const schema = listReplySchema(options.row);

  /** All rows by key, in the order of the keys. */
  const readRows = async (signal: AbortSignal) => {
    const { rows, total } = await readList(api, { path, schema, doing, signal });
    if (total !== null && rows.length < total) {
      throw walkIncomplete(doing, `${total} rows, as the list states`, `${rows.length}`);
    }
    const byKey = new Map(rows.map((row) => [row.Token, row]));
    return { rows: [...byKey.values()].sort((a, b) => (a.Token < b.Token ? -1 : 1)), total };
  };

  const recordOf = async (row: Row, signal: AbortSignal): Promise<SourceRecord | null> => {
    const content = await value(row, signal);
    return content === null ? null : { kind, key: row.Token, value: content };
  };

  return {
    kind,
    async walk(cursor, signal) {
      const after = cursor === null ? { success: true as const, data: null } : cursorSchema.safeParse(cursor);
      if (!after.success) throw walkIncomplete(doing, 'a cursor of this list', 'one of another shape');
      const last = after.data?.after;
      const { rows, total } = await readRows(signal);
      const left = last === undefined ? rows : rows.filter((row) => row.Token > last);
      const page = left.slice(0, settings.pageSize);
      const records = await mapBounded(page, settings.concurrency, (row) => recordOf(row, signal));
      const end = page.at(-1);
      const next = end === undefined || page.length === left.length ? null : { after: end.Token };
      return { records: records.filter((record) => record !== null), next, total };
    },
    async *keys(signal) {
      const { rows } = await readRows(signal);
      for (let start = 0; start < rows.length; start += settings.pageSize) {
        yield rows.slice(start, start + settings.pageSize).map((row) => row.Token);
      }
    },
    get:
      options.get ??
      (async (key, signal) => {
        const row = (await readRows(signal)).rows.find(({ Token }) => Token === key);
        return row === undefined ? null : recordOf(row, signal);
      }),
  };
}

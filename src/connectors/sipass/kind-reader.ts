/** What the source needs of each kind of record. */
import type { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Cursor, SourcePage, SourceRecord } from '../connector.ts';
import type { HrApi, HrRead } from './hr-api.ts';
import type { ListReply, TokenRow } from './list-reply.ts';

export interface KindReader {
  readonly kind: string;
  walk(cursor: Cursor | null, signal: AbortSignal): Promise<SourcePage>;
  keys(signal: AbortSignal): AsyncGenerator<readonly string[]>;
  get(key: string, signal: AbortSignal): Promise<SourceRecord | null>;
}

/** Reads one window of a list, or a whole list. A list that is not there (404) is a failure, never an empty list. */
export async function readList<Row extends TokenRow>(
  api: HrApi,
  read: HrRead<z.ZodType<ListReply<Row>>>,
): Promise<ListReply<Row>> {
  const reply = await api.read(read);
  if (reply !== null) return reply;
  throw new CodedError('SW_REPLY_UNEXPECTED', {
    doing: read.doing,
    expected: 'a list',
    found: 'HTTP 404',
    todo: 'Check that url leads to the HR API of SiPass and that this version offers the list',
  });
}

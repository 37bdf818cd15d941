/** A list as the HR API sends it: an envelope with totals, an envelope without them, or a bare array. */
import { z } from 'zod';
import { tokenMember } from './members.ts';

/** A row of any list: its token, and whatever else the resource shows in lists. */
export const tokenRowSchema = z.looseObject({ Token: tokenMember });

/** What the schema of a row gives at least. */
export type TokenRow = z.output<typeof tokenRowSchema>;

export interface ListReply<Row extends TokenRow = TokenRow> {
  readonly rows: readonly Row[];
  /** Null where the server states none, or -1. */
  readonly total: number | null;
  /** The lower of the totals that were stated: the list holds at least that many rows. Infinity where none was. */
  readonly atLeast: number;
}

const total = z
  .number()
  .int()
  .nullish()
  .transform((value) => (value === null || value === undefined || value < 0 ? null : value));

/** Parses each form into rows and totals. */
export function listReplySchema<Row extends TokenRow>(row: z.ZodType<Row>): z.ZodType<ListReply<Row>> {
  const envelope = z
    .looseObject({ Records: z.array(row).nullish(), TotalRecords: total, TotalDisplayRecords: total })
    // An empty list may be left out like every default, but only the total can say that it *is* empty.
    .refine((list) => list.Records || list.TotalRecords === 0, {
      path: ['Records'],
      message: 'Invalid input: expected array',
    })
    .transform((list) => ({
      rows: list.Records ?? [],
      total: list.TotalRecords,
      atLeast: Math.min(list.TotalRecords ?? Infinity, list.TotalDisplayRecords ?? Infinity),
    }));
  return z.preprocess((value) => (Array.isArray(value) ? { Records: value } : value), envelope);
}

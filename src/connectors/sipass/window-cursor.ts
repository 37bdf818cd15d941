/** Where a walk over a windowed list goes on: plain JSON, so that another process can take it up. */
import { z } from 'zod';
import type { Cursor } from '../connector.ts';
import { walkIncomplete } from './walk-incomplete.ts';

const cursorSchema = z.strictObject({
  /** Index at which the next row was last seen to be; an expectation, never a fact. */
  index: z.number().int().min(0),
  /** The last tokens before it, oldest first: by them the place is found again after rows have moved. */
  tail: z.array(z.string()),
  /** How many different rows the walk has given so far. */
  given: z.number().int().min(0),
  /** 1 for the walk itself; higher while it goes over the list again for rows it has missed. */
  pass: z.number().int().min(1),
  /** How many steps in a row have come to an end that turned out to be none. */
  unconfirmed: z.number().int().min(0),
});

export type WindowCursor = z.output<typeof cursorSchema>;

export const windowStart: WindowCursor = { index: 0, tail: [], given: 0, pass: 1, unconfirmed: 0 };

/** @throws CodedError `SW_WALK_INCOMPLETE` for a cursor that is not one of these. */
export function parseWindowCursor(cursor: Cursor | null, doing: string): WindowCursor {
  if (cursor === null) return windowStart;
  const parsed = cursorSchema.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw walkIncomplete(doing, 'a cursor of this list', 'one of another shape');
}

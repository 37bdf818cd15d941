/** Pages over sorted keys: the cursor names the last key of the page before, so nothing shifts when keys come or go. */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Cursor } from '../connector.ts';

const cursorSchema = z.strictObject({ after: z.string() });

export interface KeyPage {
  readonly keys: readonly string[];
  readonly next: Cursor | null;
}

/**
 * The keys of one page in order, and where to go on.
 *
 * @throws CodedError `SW_WALK_INCOMPLETE` for a cursor that is not one of these.
 */
export function pageOf(keys: Iterable<string>, cursor: Cursor | null, pageSize: number): KeyPage {
  const last = cursor === null ? null : parseCursor(cursor).after;
  const left = [...keys].filter((key) => last === null || key > last).sort(byCodeUnit);
  const page = left.slice(0, pageSize);
  const end = page.at(-1);
  return { keys: page, next: end === undefined || page.length === left.length ? null : { after: end } };
}

/** The one order in which `>` and sorting agree. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function parseCursor(cursor: Cursor): z.output<typeof cursorSchema> {
  const parsed = cursorSchema.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw new CodedError('SW_WALK_INCOMPLETE', {
    doing: 'walking a list in memory',
    expected: 'a cursor of this list',
    found: 'one of another shape',
    todo: 'Start the walk again from the beginning',
  });
}

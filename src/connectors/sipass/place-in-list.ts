/** Finds the place where a walk stopped in a list whose rows may have moved since. */
import type { ListReply } from './list-reply.ts';
import { walkIncomplete } from './walk-incomplete.ts';
import type { WindowCursor } from './window-cursor.ts';
import type { WindowWalkOptions } from './window-walk-options.ts';

/** A window that was read, and where in it the walk goes on. */
export interface Placed {
  /** Index of its first row. */
  readonly start: number;
  readonly tokens: readonly string[];
  /** How many of its rows lie before the place. */
  readonly known: number;
  readonly reply: ListReply;
}

/** Rows by which a window overlaps the one before: several, so that a match is no accident. */
const overlapRows = 3;

/** Rows that are searched before and behind the expected place, try by try. */
const searchRows = [4, 16, 64, 256];

/** @throws CodedError `SW_WALK_INCOMPLETE` when the place is not found within the last of the tries. */
export async function placedWindow(
  { read, pageSize, doing }: WindowWalkOptions,
  from: WindowCursor,
  signal: AbortSignal,
): Promise<Placed> {
  const window = async (start: number, count: number) => {
    const reply = await read(start, count, signal);
    return { start, tokens: reply.rows.map((row) => row.Token), reply };
  };
  const overlap = from.tail.slice(-overlapRows);
  const expected = await window(Math.max(0, from.index - overlap.length), pageSize + overlap.length);
  if (overlap.every((token, at) => expected.tokens[at] === token)) return { ...expected, known: overlap.length };
  // Something has moved. A look from further back also shows rows that slipped to before the place.
  for (const rows of searchRows) {
    const wider = await window(Math.max(0, from.index - overlap.length - rows), pageSize + overlap.length + 2 * rows);
    const known = placeIn(wider.tokens, from.tail);
    if (known > 0) return { ...wider, known };
  }
  throw walkIncomplete(
    doing,
    `the row ${from.tail.at(-1)} near index ${from.index - 1}`,
    'neither it nor its neighbours',
  );
}

/**
 * How many tokens stand before the place: up to and including the middle one of the tail's tokens, so that a single one
 * that moved far in either direction does not mislead. 0 when fewer than half of them are there.
 */
function placeIn(tokens: readonly string[], tail: readonly string[]): number {
  const positions = tail.map((token) => tokens.indexOf(token)).filter((at) => at >= 0);
  if (positions.length * 2 < tail.length) return 0;
  const middle = positions.sort((a, b) => a - b)[Math.floor((positions.length - 1) / 2)];
  return middle === undefined ? 0 : middle + 1;
}

/**
 * Walks a list that can only be read by index, while people are added, removed and renamed in it.
 *
 * The server offers no snapshot and no cursor, may or may not include the row at the end index, and may cut a window
 * short. Hence: the walk advances by the rows that came; each window overlaps the one before, and where the overlap does
 * not match, rows have moved and the place is searched around; the end is where nothing follows what is known; and the
 * index of the end tells whether the list holds rows that were missed, for which it is gone over again.
 */
import { type Placed, placedWindow } from './place-in-list.ts';
import { walkIncomplete } from './walk-incomplete.ts';
import { type WindowCursor, windowStart } from './window-cursor.ts';
import type { WindowWalkOptions } from './window-walk-options.ts';

export interface WindowStep {
  /** Tokens that this walk has not given before. */
  readonly fresh: readonly string[];
  /** Null at the end. */
  readonly next: WindowCursor | null;
  readonly total: number | null;
}

/** Tokens by which a place is found again: half of them would have to move or go at once for it to be lost. */
const tailLength = 8;

/** How often a list is gone over: once, and twice more for rows that were missed. */
const passesMax = 3;

/** How often in a row an end may turn out to be none. */
const unconfirmedMax = 5;

/** Rows after which a list is taken for endless. */
const rowsMax = 5_000_000;

/**
 * Takes one step. `seen` holds every token that the walk has given; null after a resumption in another process, which
 * remembers only the cursor's tail and therefore cannot make up for rows it has missed.
 *
 * @throws CodedError `SW_WALK_INCOMPLETE` when the place cannot be found again, when the list ends before the total that
 * it states, or when rows stay missing. Nothing of `seen` is changed.
 */
export async function windowStep(
  options: WindowWalkOptions,
  from: WindowCursor,
  seen: ReadonlySet<string> | null,
  signal: AbortSignal,
): Promise<WindowStep> {
  const { doing } = options;
  if (seen === null && from.pass > 1)
    throw walkIncomplete(doing, 'the memory of a first pass', 'a resumption without it');
  const placed = await placedWindow(options, from, signal);
  const { start, tokens, known } = placed;
  const given = seen ?? new Set(from.tail);
  // Without a memory, what stands before the place must be taken for given.
  const fresh = [...new Set(seen === null ? tokens.slice(known) : tokens)].filter((token) => !given.has(token));
  const cursor: WindowCursor = {
    index: start + tokens.length,
    tail: [...from.tail.filter((token) => !tokens.includes(token)), ...tokens].slice(-tailLength),
    given: from.given + fresh.length,
    pass: from.pass,
    unconfirmed: from.unconfirmed + 1,
  };
  if (cursor.index > rowsMax) throw walkIncomplete(doing, `at most ${rowsMax} rows`, 'more');
  const total = placed.reply.total;
  // Rows of the tail may stand behind the place as well, where one of them was moved.
  const nothingNew = tokens.slice(known).every((token) => from.tail.includes(token));
  if (!nothingNew) return { fresh, next: { ...cursor, unconfirmed: 0 }, total };
  if (await confirmEnd(options, cursor, signal)) {
    return { fresh, next: afterEnd(doing, cursor, placed, seen !== null), total };
  }
  if (cursor.unconfirmed < unconfirmedMax) return { fresh, next: cursor, total };
  throw walkIncomplete(doing, 'an end that stays where it is', `other rows at index ${cursor.index} each time`);
}

/**
 * Whether nothing follows. Nothing new may also mean that rows moved just now, or that the server cuts windows shorter
 * than their overlap: so it is asked twice more. The last row must be where it should be, alone, and nothing behind it.
 */
async function confirmEnd(
  { read, pageSize }: WindowWalkOptions,
  { index, tail }: WindowCursor,
  signal: AbortSignal,
): Promise<boolean> {
  if (index === 0) return true;
  const last = await read(index - 1, pageSize, signal);
  if (last.rows.length !== 1 || last.rows[0]?.Token !== tail.at(-1)) return false;
  const behind = await read(index, pageSize, signal);
  return behind.rows.length === 0;
}

/** Where to go on from the end of the list: nowhere, or back to its beginning for what was missed. */
function afterEnd(doing: string, cursor: WindowCursor, { reply }: Placed, remembered: boolean): WindowCursor | null {
  if (Number.isFinite(reply.atLeast) && cursor.index < reply.atLeast) {
    throw walkIncomplete(doing, `${reply.atLeast} rows, as the list states`, `its end after ${cursor.index}`);
  }
  if (cursor.given >= cursor.index) return null;
  if (remembered && cursor.pass < passesMax) return { ...windowStart, given: cursor.given, pass: cursor.pass + 1 };
  throw walkIncomplete(doing, `all ${cursor.index} rows`, `${cursor.given}, because rows moved between pages`);
}

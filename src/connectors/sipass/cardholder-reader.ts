/** Reads cardholders: a windowed list that asks for next to nothing, and one more request per person. */

import type { Clock } from '../../core/clock.ts';
import { canonicalJson } from '../../core/json.ts';
import type { Cursor } from '../connector.ts';
import { mapBounded } from './bounded-map.ts';
import { cardholderReplySchema, cardholderValue } from './cardholder.ts';
import type { HrApi } from './hr-api.ts';
import { type KindReader, readList } from './kind-reader.ts';
import { listReplySchema, tokenRowSchema } from './list-reply.ts';
import type { SipassSettings } from './options.ts';
import { checkToken } from './reply-token.ts';
import { parseWindowCursor, type WindowCursor, windowStart } from './window-cursor.ts';
import { windowStep } from './window-walk.ts';
import type { WindowWalkOptions } from './window-walk-options.ts';

/** What the walk under way has given so far, by the cursor that continues it. */
interface WalkMemory {
  readonly cursor: string;
  readonly seen: Set<string>;
}

export function createCardholderReader(api: HrApi, settings: SipassSettings, clock: Clock): KindReader {
  const kind = 'cardholder';
  const schema = cardholderReplySchema(settings.timeZoneOffsetMinutes);
  const listSchema = listReplySchema(tokenRowSchema);
  const window: WindowWalkOptions = {
    read: (startIndex, count, signal) =>
      readList(api, {
        path: '/Cardholders',
        schema: listSchema,
        query: listQuery(settings.sortField, startIndex, count),
        doing: `listing cardholders from index ${startIndex}`,
        signal,
      }),
    pageSize: settings.pageSize,
    doing: 'walking the list of cardholders',
  };
  let memory: WalkMemory | null = null;

  const get: KindReader['get'] = async (key, signal) => {
    const doing = `reading cardholder ${key}`;
    const reply = await api.read({ path: `/Cardholders/${encodeURIComponent(key)}`, schema, doing, signal });
    if (reply === null) return null;
    checkToken(reply.Token, key, doing);
    return { kind, key, value: cardholderValue(reply, settings, clock.now()) };
  };

  const seenUpTo = (cursor: Cursor | null): Set<string> | null => {
    if (cursor === null) return new Set();
    return memory?.cursor === canonicalJson(cursor) ? memory.seen : null;
  };

  return {
    kind,
    get,
    async walk(cursor, signal) {
      const seen = seenUpTo(cursor);
      const { fresh, next, total } = await windowStep(window, parseWindowCursor(cursor, window.doing), seen, signal);
      const records = await mapBounded(fresh, settings.concurrency, (token) => get(token, signal));
      // Only now: a page that failed half-way is asked for again with the same cursor, and must find the same memory.
      if (next === null || seen === null) memory = null;
      else memory = { cursor: canonicalJson(next), seen: addAll(seen, fresh) };
      // Whoever was deleted between list and detail is not there any more.
      return { records: records.filter((record) => record !== null), next, total };
    },
    async *keys(signal) {
      const seen = new Set<string>();
      for (let cursor: WindowCursor | null = windowStart; cursor !== null; ) {
        const step = await windowStep(window, cursor, seen, signal);
        addAll(seen, step.fresh);
        if (step.fresh.length > 0) yield step.fresh;
        cursor = step.next;
      }
    },
  };
}

/** The parameters as clients in the field send them: all of them, the two expressions as JSON text. */
function listQuery(sortField: string, startIndex: number, count: number) {
  return {
    searchString: '',
    appId: 'Cardholders',
    // The token comes with every row unasked; something must be asked for, and this is the shortest.
    fields: 'Status',
    sortingOrder: JSON.stringify({ FieldName: sortField, Value: '', SortingOrder: 0 }),
    filterExpression: '{}',
    startIndex,
    endIndex: startIndex + count,
  };
}

function addAll(seen: Set<string>, tokens: readonly string[]): Set<string> {
  for (const token of tokens) seen.add(token);
  return seen;
}

/**
 * The events of SiPass as an {@link EventSource}, over the session of the HR API: sessions are counted, and there may be
 * one per operator only.
 *
 * **Assumed**, as `event-reply.ts` says: paths, parameters, and that a session of the HR API is good for them.
 */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Cursor } from '../connector.ts';
import type { EventPage, EventSource } from '../events.ts';
import { feedReplySchema, historyReplySchema } from './event-reply.ts';
import type { HrApi } from './hr-api.ts';

export interface SipassEventOptions {
  /** Events per page, 1 to 1,000. Default 200. */
  readonly pageSize?: number;
  /** How long the server may hold a read until something happens, seconds. Default 0: it answers at once. */
  readonly waitS?: number;
}

const root = '/api/management/V1';

/** Where the feed goes on: the number of the last event, in which life of the numbering, and when that was. */
const bookmarkSchema = z.strictObject({ after: z.number().int(), feed: z.string(), at: z.number() });
const placeSchema = z.strictObject({ next: z.string() });

/** Status of a bookmark that the server does not know any more. */
const gone = 410;

/** The feed over a session that others use, too. */
export function createSipassEventSource(api: HrApi, options: SipassEventOptions = {}): EventSource {
  const { pageSize: limit = 200, waitS: wait = 0 } = options;

  /** Null when the bookmark is too old. Without a bookmark it reads nothing and answers where the feed is. */
  const ask = (query: { readonly [name: string]: string | number }, signal: AbortSignal) =>
    api.read({
      root,
      path: '/Events',
      query,
      absent: gone,
      schema: feedReplySchema,
      doing: 'reading the events of SiPass',
      signal,
    });

  const begin = async (signal: AbortSignal, from: number | null): Promise<EventPage> => {
    const reply = await ask({ limit }, signal);
    if (reply === null) throw unexpectedlyGone();
    const { FeedId: epoch, Bookmark: position, ServerTime: at } = reply;
    // What happened since the bookmark that is gone, if there was one, has to come from the history.
    const gap = from === null ? null : { from, to: at };
    const next = { after: position, feed: epoch, at };
    return { events: [], next, more: false, gap, numbering: { epoch, position } };
  };

  return {
    capabilities: { backfill: true, sequence: 'gapless' },
    async read(cursor, signal) {
      if (cursor === null) return begin(signal, null);
      const bookmark = parseBookmark(cursor);
      const reply = await ask({ after: bookmark.after, feed: bookmark.feed, limit, wait }, signal);
      if (reply === null) return begin(signal, bookmark.at);
      const { FeedId: epoch, Bookmark: position, Records: events, HasMore: more } = reply;
      const at = events.reduce((latest, event) => Math.max(latest, event.at), bookmark.at);
      const next = { after: position, feed: epoch, at };
      return { events, next, more, gap: null, numbering: { epoch, position } };
    },
    async backfill({ from, to }, cursor, signal) {
      const place = cursor === null ? {} : { next: parsePlace(cursor) };
      const reply = await api.read({
        root,
        path: '/Events/History',
        query: { from: iso(from), to: iso(to), limit, ...place },
        absent: gone,
        schema: historyReplySchema,
        doing: 'reading the event history of SiPass',
        signal,
      });
      if (reply === null) throw startAgain('a place that the server does not know any more');
      return { events: reply.Records, next: reply.Next ? { next: reply.Next } : null };
    },
  };
}

const iso = (at: number) => new Date(at).toISOString();

function parseBookmark(cursor: Cursor): z.output<typeof bookmarkSchema> {
  const parsed = bookmarkSchema.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw startAgain('a bookmark of another shape');
}

function parsePlace(cursor: Cursor): string {
  const parsed = placeSchema.safeParse(cursor);
  if (parsed.success) return parsed.data.next;
  throw startAgain('a place of another shape');
}

function startAgain(found: string): CodedError {
  return new CodedError('SW_WALK_INCOMPLETE', {
    doing: 'going on with the events of SiPass',
    expected: 'a place in the feed',
    found,
    todo: 'Start the backfill again from its beginning',
  });
}

function unexpectedlyGone(): CodedError {
  return new CodedError('SW_REPLY_UNEXPECTED', {
    doing: 'asking where the event feed of SiPass is',
    expected: 'a bookmark',
    found: `HTTP ${gone}, though none was sent`,
    todo: 'Check that the address leads to the right server and that its version is one that is known',
  });
}

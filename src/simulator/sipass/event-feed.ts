/**
 * The event feed below `/api/management/V1`, over the sessions of the HR API.
 *
 * **Assumed, all of it.** That there is a management API with messages is known; its paths and shapes are not. This feed
 * has what the seam of the relay needs: numbers, a bookmark, a bounded memory, and a history by time.
 */
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { Exchange } from '../exchange.ts';
import type { LoggedEvent } from './event-log.ts';
import { FeedPages } from './feed-pages.ts';
import { type HrApiParts, header, type Reply } from './route.ts';
import { SipassError } from './sipass-error.ts';

const root = /^\/api\/management\/v1\//i;

const limit = z.coerce.number().int().min(1).max(1_000).default(100);
const feedSchema = z.object({
  /** Number of the last event that was read; without it nothing is read, and the answer says where the feed is. */
  after: z.coerce.number().int().min(0).optional(),
  feed: z.string().optional(),
  limit,
  /** Seconds for which the answer may be held until something happens. */
  wait: z.coerce.number().min(0).max(60).default(0),
});
const historySchema = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  limit,
  next: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});

export interface EventFeed {
  /** Whether a path is one of the management API. */
  owns(path: string): boolean;
  /** @throws SipassError */
  answer(exchange: Exchange): Promise<Reply>;
}

export function eventFeed({ world, sessions, faults }: HrApiParts): EventFeed {
  const { events, clock } = world;
  const pages = new FeedPages(events, faults);

  async function feed(exchange: Exchange): Promise<Reply> {
    const target = { method: exchange.method, path: exchange.url };
    const query = parsed(feedSchema, exchange);
    const gone = query.after !== undefined && faults.take('event-bookmark-lost', target) !== null;
    const after = query.after ?? events.last;
    const isKnown =
      (query.feed ?? events.feedId) === events.feedId && after >= events.oldest - 1 && after <= events.last;
    if (gone || !isKnown) throw new SipassError(909, 'the bookmark is not known any more', 410);
    if (after === events.last && query.wait > 0) await somethingHappens(exchange, query.wait * 1_000);
    const page = query.after === undefined ? [] : events.after(after, query.limit);
    const bookmark = page.at(-1)?.sequence ?? after;
    const body = {
      FeedId: events.feedId,
      Records: (query.after === undefined ? [] : pages.show(after, page, target)).map(record),
      Bookmark: bookmark,
      HasMore: bookmark < events.last,
      ServerTime: iso(clock.now()),
    };
    return { status: 200, body };
  }

  function history(exchange: Exchange): Reply {
    const { from, to, limit: size, next = '0' } = parsed(historySchema, exchange);
    const all = pages.past(events.within(Date.parse(from), Date.parse(to)));
    const end = Number(next) + size;
    const rest = end < all.length ? { Next: String(end) } : {};
    return { status: 200, body: { Records: all.slice(Number(next), end).map(record), ...rest } };
  }

  /** Until something happens, the time is up, or the client has gone. */
  function somethingHappens(exchange: Exchange, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        unlisten();
        exchange.response.off('close', done);
        resolve();
      };
      const cancel = clock.schedule(waitMs, done);
      const unlisten = events.onAppend(done);
      exchange.response.once('close', done);
    });
  }

  return {
    owns: (path) => root.test(path),
    async answer(exchange) {
      const resource = exchange.path.replace(root, '').replace(/\/+$/, '').toLowerCase();
      exchange.route = `/management/${resource}`;
      if (header(exchange, 'clientuniqueid') === '') throw new SipassError(909, 'header clientUniqueId is missing');
      if (exchange.method !== 'GET') throw new SipassError(909, exchange.method, 405);
      sessions.use(header(exchange, 'authorization'));
      if (resource === 'events') return feed(exchange);
      if (resource === 'events/history') return history(exchange);
      throw new SipassError(909, exchange.path, 404);
    },
  };
}

function parsed<T extends z.ZodType>(schema: T, { query }: Exchange): z.output<T> {
  const result = schema.safeParse(Object.fromEntries(query));
  if (result.success) return result.data;
  throw new SipassError(909, result.error.issues.map(({ path }) => path.join('.')).join(', '));
}

const iso = (at: number) => new Date(at).toISOString();

/** Members that say nothing are left out, as elsewhere. */
function record({ id, sequence, at, name, cardholder, accessPoint, pointName }: LoggedEvent): JsonObject {
  return {
    EventId: id,
    Sequence: sequence,
    Time: iso(at),
    EventName: name,
    ...(cardholder === null ? {} : { CardholderToken: cardholder }),
    ...(accessPoint === null ? {} : { AccessPointToken: accessPoint }),
    ...(pointName === null ? {} : { PointName: pointName }),
  };
}

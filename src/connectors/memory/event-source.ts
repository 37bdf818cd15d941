/** A feed of events that lie in memory: for embedding, where the program has the events itself, and for tests. */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Cursor } from '../connector.ts';
import type { EventPage, EventSource, EventSourceCapabilities, SourceEvent } from '../events.ts';
import { type Interceptor, intercepted } from './interceptor.ts';

export interface MemoryEventSourceOptions {
  /** In the order in which they happened; the program appends. Events are never changed. */
  readonly events: readonly SourceEvent[];
  /** Default: backfill, and gapless numbers. */
  readonly capabilities?: Partial<EventSourceCapabilities>;
  /** Life of the numbering. Default `memory`. */
  readonly epoch?: () => string;
  /** Events per page. Default 100. */
  readonly pageSize?: number;
  /** Place in `events` before which the feed has forgotten; a backfill still knows everything. Default 0. */
  readonly feedFrom?: () => number;
  /** What the feed really shows of a page: repeats, other orders, omissions. Default: the page. */
  readonly shown?: (page: readonly SourceEvent[]) => readonly SourceEvent[];
  readonly interceptor?: Interceptor;
}

const cursorSchema = z.strictObject({ after: z.number().int().min(0) });

/** An {@link EventSource} over an array. A bookmark is a place in it. */
export function createMemoryEventSource(options: MemoryEventSourceOptions): EventSource {
  const { events, epoch = () => 'memory', pageSize = 100, feedFrom = () => 0, shown = (page) => page } = options;
  const { interceptor } = options;
  const capabilities: EventSourceCapabilities = { backfill: true, sequence: 'gapless', ...options.capabilities };
  const numberingAt = (place: number): EventPage['numbering'] => {
    if (capabilities.sequence !== 'gapless') return null;
    return { epoch: epoch(), position: events[place - 1]?.sequence ?? 0 };
  };
  const pageFrom = (cursor: Cursor | null): EventPage => {
    const after = cursor === null ? events.length : cursorSchema.parse(cursor).after;
    const from = feedFrom();
    if (after < from) {
      const gap = { from: events[after]?.at ?? 0, to: events[from - 1]?.at ?? 0 };
      return { events: [], next: { after: from }, more: true, gap, numbering: numberingAt(from) };
    }
    const end = Math.min(events.length, after + pageSize);
    const page = shown(events.slice(after, end));
    return { events: page, next: { after: end }, more: end < events.length, gap: null, numbering: numberingAt(end) };
  };

  return {
    capabilities,
    read: (cursor, signal) =>
      intercepted(interceptor, { call: 'events', of: null, subject: null }, signal, () => pageFrom(cursor)),
    backfill: ({ from, to }, cursor, signal) =>
      intercepted(interceptor, { call: 'backfill', of: null, subject: null }, signal, () => {
        if (!capabilities.backfill) throw noBackfill();
        const inside = events.filter(({ at }) => from <= at && at <= to).sort((a, b) => a.at - b.at);
        const after = cursor === null ? 0 : cursorSchema.parse(cursor).after;
        const end = Math.min(inside.length, after + pageSize);
        return { events: inside.slice(after, end), next: end < inside.length ? { after: end } : null };
      }),
  };
}

function noBackfill(): CodedError {
  return new CodedError('SW_REFUSED', {
    doing: 'filling a gap of events',
    expected: 'a source that remembers',
    found: 'one that does not',
    todo: 'Look at the capability before asking',
  });
}

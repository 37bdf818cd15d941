/**
 * The seam between the events relay and the systems it relays between: a source that can be read on from a bookmark, and
 * a target in which events are raised.
 *
 * Both throw `CodedError`s only, those of the seam of the entities (`connector.ts`). *Unreachable is never empty*: a
 * page without events means that the source said "nothing since then".
 */
import { z } from 'zod';
import { type JsonObject, parsedJson } from '../core/json.ts';
import type { Cursor } from './connector.ts';

/** An entity that an event is about, in the words of the source. */
export const eventSubjectSchema = z.object({ kind: z.string(), key: z.string() });
export type EventSubject = Readonly<z.infer<typeof eventSubjectSchema>>;

/** Id of an event: visible ASCII that needs no escape in any protocol. */
export const eventIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'up to 64 characters of A-Z a-z 0-9 . _ -');

/** One event of the source. */
export const sourceEventSchema = z.object({
  /** Never given to another event. */
  id: eventIdSchema,
  /** Its number, where the source numbers its events; null elsewhere. */
  sequence: z.number().int().nullable(),
  /** When it happened, by the clock of the source, epoch milliseconds. */
  at: z.number(),
  /** The source's own name for what happened, for example `Access Granted`. */
  kind: z.string(),
  /** Whom and what it is about; may be none. */
  entities: z.array(eventSubjectSchema).readonly(),
  /** Whatever else the source says about it. */
  value: parsedJson.transform((value) => value as JsonObject), // objects only are ever put in
});
export type SourceEvent = Readonly<z.infer<typeof sourceEventSchema>>;

/** A stretch of time, epoch milliseconds, by the clock of the source. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export interface EventPage {
  readonly events: readonly SourceEvent[];
  /** The bookmark behind these events. May differ from the last one also where there are none: keep the newest. */
  readonly next: Cursor;
  /** Whether more is there already. */
  readonly more: boolean;
  /** Where the source itself knows that events are missing from the feed: the bookmark was too old. */
  readonly gap: TimeWindow | null;
  /**
   * For sources that number: which life of the numbering this is (after a new `epoch` numbers start anew), and the
   * highest number up to which `next` has read. Shows a gap also where no later event has come yet.
   */
  readonly numbering: { readonly epoch: string; readonly position: number } | null;
}

/** One page of a backfill, in ascending order of time as far as the source can; `next` null ends it. */
export interface BackfillPage {
  readonly events: readonly SourceEvent[];
  readonly next: Cursor | null;
}

export interface EventSourceCapabilities {
  /** Whether {@link EventSource.backfill} can be asked at all. */
  readonly backfill: boolean;
  /** `gapless`: each event has the number after the one before. `increasing`: later is higher. `none`: no numbers. */
  readonly sequence: 'gapless' | 'increasing' | 'none';
}

/**
 * The feed of a source. It may give an event again, give events in another order within a moment, and leave some out;
 * the relay finds that out by numbers, ids and times.
 */
export interface EventSource {
  readonly capabilities: EventSourceCapabilities;
  /** The events behind a bookmark. `cursor` null means "from now on": no events, and a bookmark. */
  read(cursor: Cursor | null, signal: AbortSignal): Promise<EventPage>;
  /** What happened in a window, page by page. `cursor` null starts. Both ends belong to the window. */
  backfill(window: TimeWindow, cursor: Cursor | null, signal: AbortSignal): Promise<BackfillPage>;
}

/** What an event becomes in the target: one of its native types, or a custom event that the site has defined. */
export const eventNameSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('native'), type: z.string() }),
  z.object({ kind: z.literal('custom'), id: z.number().int() }),
]);
export type EventName = Readonly<z.infer<typeof eventNameSchema>>;

/** One event as it is to be raised. */
export interface TargetEvent {
  /** Id of the source event; it travels along where the target can carry it. */
  readonly id: string;
  readonly name: EventName;
  /** Id of the entity on which it is raised. */
  readonly entity: string;
  /** When it happened at the source, epoch milliseconds. */
  readonly at: number;
  /** For people. */
  readonly text: string;
}

export interface EventTargetCapabilities {
  /** The kinds of events that carry our id, so that {@link EventTarget.recent} can tell them; none where it cannot. */
  readonly tells: readonly EventName['kind'][];
}

/**
 * Where events are raised. Raising is not idempotent: after an answer that was lost, {@link EventTarget.recent} is the
 * only way to know whether it has happened.
 */
export interface EventTarget {
  readonly capabilities: EventTargetCapabilities;
  /**
   * Raises one event. Throws `SW_NOT_FOUND` when the entity is not there (any more), and `SW_REFUSED` when the event
   * itself is not taken: nothing has happened then.
   */
  raise(event: TargetEvent, signal: AbortSignal): Promise<void>;
  /** Ids of the events of ours that were raised since then, epoch milliseconds; only where the capability says so. */
  recent(sinceMs: number, signal: AbortSignal): Promise<ReadonlySet<string>>;
}

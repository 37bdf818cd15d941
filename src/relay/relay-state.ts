/** What the relay must not forget: how far it has read, what waits to be raised, which ids it has seen, and the counts. */
import { z } from 'zod';
import { eventNameSchema, sourceEventSchema } from '../connectors/events.ts';
import { parsedJson } from '../core/json.ts';
import { holeSchema } from './holes.ts';
import type { RelayCounters } from './relay-counters.ts';

/** A window of time that is to be asked for once more, and how far that has come. */
export const backfillWindowSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** Null at its beginning. */
  cursor: parsedJson.nullable(),
  /** Time of the last event that it gave: what is older is complete. */
  until: z.number(),
  pages: z.number().int(),
  tries: z.number().int(),
});
export type BackfillWindow = Readonly<z.infer<typeof backfillWindowSchema>>;

export const relayProgressSchema = z.object({
  /** Bookmark of the feed; null until the first page. */
  cursor: parsedJson.nullable(),
  /** Life of the source's numbering, and how many there were before it. */
  epoch: z.string().nullable(),
  epochs: z.number().int(),
  /** Highest number up to which the feed was read; null where there are no numbers, or while they cannot be judged. */
  highest: z.number().int().nullable(),
  /** Number at which counting began in this life: up to it nothing can be said by number. */
  floor: z.number().int().nullable(),
  /** What the source last stated as its position. */
  position: z.number().int().nullable(),
  holes: z.array(holeSchema).readonly(),
  windows: z.array(backfillWindowSchema).readonly(),
  /** Latest time of an event, by the clock of the source. */
  lastEventAt: z.number().nullable(),
  /** When the source last answered, by our clock. */
  heardAt: z.number().nullable(),
  /** Numbers of the next row and of the next remembered id. */
  nextRow: z.number().int(),
  nextId: z.number().int(),
});
export type RelayProgress = Readonly<z.infer<typeof relayProgressSchema>>;

const refSchema = z.object({ type: z.string(), key: z.string() });

/** An accepted event on its way into the target. */
export const relayRowSchema = z.object({
  n: z.number().int(),
  event: sourceEventSchema,
  name: eventNameSchema,
  /** The entity on which it is raised first, and the others that must exist. */
  refs: z.tuple([refSchema], refSchema).readonly(),
  text: z.string(),
  epoch: z.number().int(),
  acceptedAt: z.number(),
  /** Since when an entity is known to be missing; null while none is. */
  missingSince: z.number().nullable(),
  /** The intent: when it was about to be raised. Whether that happened is unknown until the target has been asked. */
  intentAt: z.number().nullable(),
  refusals: z.number().int(),
});
export type RelayRow = Readonly<z.infer<typeof relayRowSchema>>;

export const seenIdSchema = z.object({ n: z.number().int(), id: z.string() });

/** The id of an event that was received, with its place in the order of receipt. */
export type SeenId = Readonly<z.infer<typeof seenIdSchema>>;

/** Everything that a store gives back. */
export interface RelayImage {
  readonly progress: RelayProgress;
  readonly counters: RelayCounters;
  readonly rows: readonly RelayRow[];
  readonly ids: readonly SeenId[];
}

/** What becomes durable together or not at all. Drops are applied before puts. */
export interface RelayChanges {
  readonly progress?: RelayProgress;
  readonly counters?: RelayCounters;
  readonly dropRows?: readonly number[];
  readonly putRows?: readonly RelayRow[];
  readonly dropIds?: readonly SeenId[];
  readonly putIds?: readonly SeenId[];
}

/** Where a relay begins that has never run. */
export const freshProgress: RelayProgress = {
  cursor: null,
  epoch: null,
  epochs: 0,
  highest: null,
  floor: null,
  position: null,
  holes: [],
  windows: [],
  lastEventAt: null,
  heardAt: null,
  nextRow: 1,
  nextId: 1,
};

/** What a decision may look at: the state in memory, equal to what the store holds or is about to hold. */
export interface RelayView {
  readonly progress: RelayProgress;
  readonly counters: RelayCounters;
  /** In the order in which they are to be raised. */
  readonly rows: readonly RelayRow[];
  /** Remembered ids, the oldest first. */
  readonly ids: ReadonlyMap<string, number>;
}

/** The faults that only an event feed can have. */
import { z } from 'zod';

const count = z.int().min(1).max(1_000).default(1);
const share = z.number().gt(0).max(1).default(0.1);

export const eventFaultFields = {
  /** A page of the feed begins with the last `count` events of the page before it. */
  'event-repeat': { count },
  /** A page of the feed comes in the wrong order. */
  'event-reorder': {},
  /** The first `count` events of a page come with the next page only. */
  'event-late': { count },
  /** A `share` of all events is never in the feed; the history has them. */
  'event-missing': { share },
  /** A `share` of all events is neither in the feed nor in the history. */
  'event-lost': { share },
  /** The bookmark is not known any more. */
  'event-bookmark-lost': {},
} as const;

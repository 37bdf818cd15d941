/** What a configuration file says about the events of an integration. */
import { z } from 'zod';

/** Options of the events relay. Unknown members are refused. */
export const relayOptionsSchema = z.strictObject({
  /**
   * Whether events are relayed. Off unless asked for: the feed of the source is an assumption (docs/events.md), and a
   * server without it answers every question with 404.
   */
  relay: z.boolean().default(false),
  /** Ids of custom events of the target by the name of the source's event; they win over the documented native ones. */
  custom: z.record(z.string().min(1), z.number().int().min(1)).default({}),
});

/** Keeps the events relay of a plugin going as long as the plugin runs. */
import { z } from 'zod';
import type { EventSource, EventTarget } from '../../connectors/events.ts';
import { type Clock, pause } from '../../core/clock.ts';
import { type ErrorData, toErrorData } from '../../core/errors.ts';
import type { EventMapping } from '../../relay/event-mapping.ts';
import { openRelay, type Relay } from '../../relay/relay.ts';
import { relayCountersSchema } from '../../relay/relay-counters.ts';
import type { RelayStore } from '../../relay/relay-store.ts';
import type { EntityIndex } from '../../sync/index/entity-index.ts';

const failure = z.object({ code: z.string(), message: z.string() }).nullable();

/** What is told of the relay of an integration; null where no events are relayed. */
export const relayStatusSchema = z
  .object({
    counters: relayCountersSchema,
    waiting: z.number().int(),
    waitingForEntity: z.number().int(),
    lastEventAt: z.number().nullable(),
    heardAt: z.number().nullable(),
    windows: z.number().int(),
    caughtUp: z.boolean(),
    source: failure,
    target: failure,
    /** Why the relay itself stands still; null while it runs. */
    stopped: failure,
  })
  .nullable();
export type RelayingStatus = z.infer<typeof relayStatusSchema>;

export interface RelayingParts {
  readonly source: EventSource;
  readonly target: EventTarget;
  readonly mapping: EventMapping;
  readonly store: RelayStore;
}

export interface Relaying {
  status(): RelayingStatus;
  /** Entities may have come to exist: what waits for them is looked at. */
  entitiesChanged(): void;
  /** Ends what is under way, and closes the store. */
  close(): Promise<void>;
}

/** How long a relay stands still that its own disk has refused, before it is opened again. */
const againMs = 30_000;

/** Starts relaying. Events are raised on entities that the index knows, never before. */
export function startRelaying(parts: RelayingParts, index: EntityIndex, clock: Clock): Relaying {
  const ending = new AbortController();
  let relay: Relay | null = null;
  let stopped: ErrorData | null = null;

  async function work(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        const resolve = async (refs: Parameters<EntityIndex['lookup']>[0]) =>
          (await index.lookup(refs)).map((entry) => entry?.id ?? null);
        relay = await openRelay({ ...parts, resolve, clock });
        stopped = null;
        await relay.run(ending.signal);
      } catch (error) {
        stopped = toErrorData(error);
        await pause(clock, againMs, ending.signal).catch(() => {});
      }
    }
  }

  const working = work();
  return {
    status: () => (relay === null ? null : { ...relay.status(), stopped }),
    entitiesChanged: () => relay?.entitiesChanged(),
    async close() {
      ending.abort(new Error('The plugin is stopping.'));
      await working;
      await parts.store.close();
    },
  };
}

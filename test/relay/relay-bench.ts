/** A relay between a feed and a target in memory, on a virtual clock, that can be killed at any operation. */
import { setMaxListeners } from 'node:events';
import type { EventName, EventSourceCapabilities, SourceEvent } from '../../src/connectors/events.ts';
import { createMemoryEventSource } from '../../src/connectors/memory/event-source.ts';
import { createMemoryEventTarget, type RaisedEvent } from '../../src/connectors/memory/event-target.ts';
import type { Operation } from '../../src/connectors/memory/interceptor.ts';
import { CodedError, type ErrorCode } from '../../src/core/errors.ts';
import type { EventMapping } from '../../src/relay/event-mapping.ts';
import { openRelay, type Relay } from '../../src/relay/relay.ts';
import type { RelayLimits } from '../../src/relay/relay-limits.ts';
import type { RelayChanges } from '../../src/relay/relay-state.ts';
import { createMemoryRelayStore, type RelayStore } from '../../src/relay/relay-store.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

export const mapping: EventMapping = {
  id: 'test@1',
  events: { opened: { kind: 'custom', id: 1 }, forced: { kind: 'native', type: 'DoorForced' } },
  types: { door: 'door', person: 'person' },
  on: ['door', 'person'],
};

export function coded(code: ErrorCode): CodedError {
  return new CodedError(code, { doing: 'testing', expected: 'an answer', found: 'a test fault', todo: 'Nothing' });
}

/** What is done to each request and commit; may throw in its place, or wait. */
export type Tap = (
  operation: Pick<Operation, 'call' | 'when'> | { call: 'commit'; when: Operation['when'] },
) => unknown;

export interface BenchOptions {
  readonly capabilities?: Partial<EventSourceCapabilities>;
  readonly tells?: readonly EventName['kind'][];
  readonly pageSize?: number;
  readonly limits?: Partial<RelayLimits>;
  readonly store?: () => RelayStore;
  readonly mapping?: EventMapping;
}

/** One life of the relay. */
export interface Life {
  readonly relay: Relay;
  /** As a stop of the plugin. */
  stop(): Promise<void>;
  /** As `kill -9`: from now on it does nothing at all. */
  kill(): Promise<void>;
  /** What ended it, if something did. */
  failure(): unknown;
}

export function openBench(options: BenchOptions = {}) {
  const clock = new VirtualClock();
  const events: SourceEvent[] = [];
  const raised: RaisedEvent[] = [];
  /** Entities that do not exist. */
  const missing = new Set<string>();
  const notes: string[] = [];
  const state = {
    tap: (() => {}) as Tap,
    shown: (page: readonly SourceEvent[]) => page,
    feedFrom: 0,
    epoch: 'one',
    nextSequence: 1,
  };
  let store = options.store?.() ?? createMemoryRelayStore();
  let current: Life | null = null;

  /** Adds an event of these entities; time passes between two events. */
  function happen(entity: string, kind = 'opened', others: readonly string[] = []): SourceEvent {
    const sequence = state.nextSequence++;
    const entities = [entity, ...others].map((key) => ({ kind: key.startsWith('p') ? 'person' : 'door', key }));
    const numbers = options.capabilities?.sequence ?? 'gapless';
    const event: SourceEvent = {
      id: `${state.epoch}-${sequence}`,
      sequence: numbers === 'none' ? null : sequence,
      at: clock.now(),
      kind,
      entities,
      value: {},
    };
    clock.jump(10);
    events.push(event);
    return event;
  }

  async function start(): Promise<Life> {
    const life = { dead: false };
    const forever = new Promise<never>(() => {});
    const tap = async (operation: Parameters<Tap>[0]) => {
      if (life.dead) return forever;
      await state.tap(operation);
      return life.dead ? forever : undefined;
    };
    const interceptor = async (operation: Operation) => void (await tap(operation));
    const source = createMemoryEventSource({
      events,
      capabilities: options.capabilities ?? {},
      pageSize: options.pageSize ?? 5,
      shown: (page) => state.shown(page),
      feedFrom: () => state.feedFrom,
      epoch: () => state.epoch,
      interceptor,
    });
    const exists = (id: string) => !missing.has(id.replace('id:', ''));
    const target = createMemoryEventTarget({
      raised,
      exists,
      now: () => clock.now(),
      interceptor,
      ...(options.tells ? { tells: options.tells } : {}),
    });
    const own = store;
    const guarded: RelayStore = {
      load: () => own.load(),
      close: async () => {},
      async commit(changes: RelayChanges) {
        await tap({ call: 'commit', when: 'before' });
        await own.commit(changes);
        await tap({ call: 'commit', when: 'after' });
      },
    };
    const ending = new AbortController();
    setMaxListeners(0, ending.signal);
    const relay = await openRelay({
      source,
      target,
      mapping: options.mapping ?? mapping,
      store: guarded,
      resolve: async (refs) => refs.map(({ key }) => (missing.has(key) ? null : `id:${key}`)),
      clock,
      limits: { pollMs: 100, reorderMs: 300, settleMs: 500, missingLookMs: 200, overlapMs: 1_000, ...options.limits },
      note: (text) => notes.push(text),
    });
    let failure: unknown = null;
    const running = relay.run(ending.signal).catch((error: unknown) => {
      failure = error;
    });
    current = {
      relay,
      failure: () => failure,
      async stop() {
        ending.abort(new Error('stopped'));
        await running;
      },
      async kill() {
        life.dead = true;
        ending.abort(new Error('killed'));
        await settle();
      },
    };
    return current;
  }

  /** Lets time pass until the condition holds. */
  async function until(condition: () => boolean, what = 'the condition', ticksMax = 3_000): Promise<void> {
    for (let ticks = 0; !condition(); ticks += 1) {
      if (ticks >= ticksMax || !(await clock.tick())) {
        const { raised: _raised, ...shown } = { raised, status: current?.relay.status(), failure: current?.failure() };
        throw new Error(`${what} never held: ${JSON.stringify(shown)}`);
      }
    }
  }

  return {
    clock,
    events,
    raised,
    missing,
    notes,
    state,
    happen,
    start,
    until,
    reopenStore: async (open: () => RelayStore) => {
      await store.close();
      store = open();
    },
    /** A life that has taken its first bookmark: what happens from here on is to be relayed. */
    async begin(): Promise<Life> {
      const life = await start();
      await until(() => life.relay.status().heardAt !== null, 'the first bookmark');
      return life;
    },
    /** Everything that has happened was read and raised, apart from what waits for an entity. */
    async quiet(life: Life): Promise<void> {
      await clock.advance(200); // a poll, so that the feed is looked at after the last event
      await until(() => life.relay.status().caughtUp, 'the end of the feed');
    },
    /** Ids that stand in the target, by entity, in order. */
    raisedOn(entity: string): string[] {
      return raised.filter((event) => event.entity === `id:${entity}`).map(({ id }) => id);
    },
  };
}

export type Bench = ReturnType<typeof openBench>;

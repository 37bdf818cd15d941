/**
 * A site in one process under virtual time: the real machines, step, runtime, executors and engine, with in-memory
 * connectors on both sides, and interruptions that strike at a given operation.
 */
import type { IntegrationContext } from '../../machines/context.ts';
import { outsideEventSchema } from '../../machines/events.ts';
import { integrationMachine } from '../../machines/index.ts';
import { type Policy, policySchema } from '../../machines/policy.ts';
import type { Source, TargetEntity } from '../../src/connectors/connector.ts';
import type { Operation } from '../../src/connectors/memory/interceptor.ts';
import { createMemorySource } from '../../src/connectors/memory/source.ts';
import { createMemoryTarget } from '../../src/connectors/memory/target.ts';
import { pause } from '../../src/core/clock.ts';
import { CodedError, type ErrorCode } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { createRuntime } from '../../src/runtime/create-runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createExecutors } from '../../src/supervise/executors.ts';
import { startInProcessHost } from '../../src/supervise/plugin-host/in-process-host.ts';
import { createPlugin } from '../../src/supervise/plugin-host/plugin.ts';
import type { PluginHost } from '../../src/supervise/plugin-host/plugin-host.ts';
import type { Station } from '../../src/supervise/station.ts';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { HeldStore } from '../support/held-store.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';
import { testMapping } from '../sync/world.ts';

export type Interruption =
  /** The next operations on one side fail; `after`: the work is done, the answer is lost. */
  | { kind: 'connection-lost'; side: 'source' | 'target'; when: 'before' | 'after'; operations: number }
  | { kind: 'target-refuses'; operations: number }
  | { kind: 'plugin-killed' }
  | { kind: 'supervisor-killed' }
  | { kind: 'total-lies'; total: number }
  | { kind: 'entities-vanish'; type: 'group' | 'person' | 'card'; count: number };

export interface Strike {
  /** The operation, counted over the whole life of the site, at which it strikes. */
  readonly at: number;
  readonly interruption: Interruption;
}

const key = 'pair';
const done = () => Promise.resolve();
/** One integration alone: nobody else is ever in the way. */
const granted = () => Promise.resolve({ verdict: 'granted' as const, message: 'Free.' });
const latencyMs = 7;

const policy: Policy = policySchema.parse({
  ladder: { quarantineProbe: { initialMs: 60_000, maxMs: 600_000 }, confirmMs: 5_000 },
});

export class VirtualSite {
  readonly clock = new VirtualClock();
  readonly records: { group: Map<string, JsonObject>; person: Map<string, JsonObject> };
  readonly entities: {
    group: Map<string, TargetEntity>;
    person: Map<string, TargetEntity>;
    card: Map<string, TargetEntity>;
  } = { group: new Map(), person: new Map(), card: new Map() };
  /** Creates of a key that a live entity already carried. */
  createdTwice = 0;
  operations = 0;
  lastStrikeAt = 0;
  readonly #strikes: Strike[];
  readonly #index: EntityIndex = createMemoryIndex();
  #failing: { side: 'source' | 'target' | 'both'; when: 'before' | 'after'; code: ErrorCode; left: number } | null =
    null;
  #lie: number | null = null;
  #ids = 0;
  #generation = 0;
  #host: PluginHost | null = null;
  #store = new HeldStore();
  runtime: Runtime<typeof integrationMachine> | null = null;

  constructor(records: VirtualSite['records'], strikes: readonly Strike[]) {
    this.records = records;
    this.#strikes = [...strikes].sort((a, b) => a.at - b.at);
  }

  /** Starts the supervisor: the first time, and after each kill, on what the last one left on its disk. */
  async startSupervisor(): Promise<void> {
    const generation = ++this.#generation;
    const { clock } = this;
    this.#store = new HeldStore(this.#store.image(), this.#store.entries.length);
    const host = await startInProcessHost({
      server: 'main',
      integrations: [key],
      clock,
      open: () => Promise.resolve(this.#openPlugin(generation)),
    });
    this.#host = host;
    const restart = {
      act: async () => host.restartPlugin(key, new AbortController().signal),
      wasDone: () => Promise.resolve(true),
    };
    const nothing = { act: async () => 'Done.', wasDone: () => Promise.resolve(true) };
    const station: Station = {
      policy,
      host,
      remedies: new Map([
        ['restart-plugin', restart],
        ['restart-server', restart],
        ['restart-proxy', nothing],
      ]),
      reach: { source: () => Promise.resolve(true), target: () => Promise.resolve(true) },
    };
    const runtime = await createRuntime({
      machines: [{ machine: integrationMachine, events: outsideEventSchema }],
      executors: createExecutors({ station: () => station, claim: granted }),
      actions: { page: done, tellCondition: done, release: done },
      store: this.#store,
      clock,
      warn: () => {},
    });
    this.runtime = runtime;
    await runtime.start(integrationMachine, key, { id: key, policy });
  }

  /** Lets time pass until every interruption has struck and all is well and proven since; answers the ticks it took. */
  async untilRecovered(ticksMax: number): Promise<number> {
    for (let ticks = 0; ticks < ticksMax; ticks++) {
      if (this.#strikes.length === 0 && this.isWell()) return ticks;
      if (!(await this.clock.tick())) throw new Error(`nothing is scheduled any more: ${this.describe()}`);
    }
    throw new Error(`not recovered after ${ticksMax} ticks: ${this.describe()}`);
  }

  isWell(): boolean {
    const record = this.runtime?.record(key);
    if (!record) return false;
    const { connection, synchronization, escalation } = record.snapshot.value as unknown as {
      connection: { status: string };
      synchronization: { run: unknown };
      escalation: unknown;
    };
    const { provenEqualAt } = this.#context().synchronization;
    return (
      connection.status === 'connected' &&
      synchronization.run === 'succeeded' &&
      escalation === 'watching' &&
      (provenEqualAt ?? 0) > this.lastStrikeAt
    );
  }

  describe(): string {
    const record = this.runtime?.record(key);
    const { connection, synchronization, escalation } = this.#context();
    const why = [connection.reason, synchronization.reason, escalation.quarantine?.reason ?? null];
    return JSON.stringify({
      value: record?.snapshot.value,
      why,
      operations: this.operations,
      left: this.#strikes.length,
    });
  }

  async close(): Promise<void> {
    await this.runtime?.close();
    await this.#host?.close();
  }

  #context(): IntegrationContext {
    return this.runtime?.record(key)?.snapshot.context as unknown as IntegrationContext; // written by the machine
  }

  #openPlugin(generation: number) {
    const interceptor = (side: 'source' | 'target') => (operation: Operation) =>
      this.#pass(side, generation, operation);
    const source = createMemorySource({ records: this.records, pageSize: 4, interceptor: interceptor('source') });
    const target = createMemoryTarget({
      entities: this.entities,
      newId: () => `id-${++this.#ids}`,
      pageSize: 5,
      readBatch: 3,
      maxConcurrency: 2,
      interceptor: interceptor('target'),
    });
    const parts = { source: this.#lying(source), target, mapping: testMapping, compatible: [] };
    // The index is the disk of the plugin host: it outlives the plugin, so closing it keeps it.
    return createPlugin({ ...parts, index: { ...this.#index, close: () => Promise.resolve() } }, this.clock);
  }

  #lying(source: Source): Source {
    return {
      ...source,
      walk: async (kind, cursor, signal) => {
        const page = await source.walk(kind, cursor, signal);
        return { ...page, total: this.#lie ?? page.total };
      },
    };
  }

  async #pass(side: 'source' | 'target', generation: number, operation: Operation): Promise<void> {
    if (generation !== this.#generation) throw coded('SW_UNREACHABLE', 'that its process was killed');
    if (operation.when === 'before') {
      this.operations += 1;
      await pause(this.clock, latencyMs);
      await this.#strikeIfDue();
      if (generation !== this.#generation) throw coded('SW_UNREACHABLE', 'that its process was killed');
      this.#noteCreate(operation);
    }
    const failing = this.#failing;
    if (!failing || failing.when !== operation.when || (failing.side !== side && failing.side !== 'both')) return;
    failing.left -= 1;
    if (failing.left <= 0) this.#failing = null;
    throw coded(failing.code, 'an interruption');
  }

  #noteCreate({ call, of, subject }: Operation): void {
    if (call !== 'create' || of === null || !(of in this.entities)) return;
    const live = this.entities[of as 'person'].values(); // `of` was looked up on the line above
    if ([...live].some((entity) => entity.key === subject)) this.createdTwice += 1;
  }

  async #strikeIfDue(): Promise<void> {
    while (this.#strikes[0] && this.#strikes[0].at <= this.operations) {
      const strike = this.#strikes.shift() as Strike; // just looked at
      this.lastStrikeAt = this.clock.now();
      await this.#strike(strike.interruption);
    }
  }

  async #strike(interruption: Interruption): Promise<void> {
    switch (interruption.kind) {
      case 'connection-lost':
        this.#failing = { ...interruption, code: 'SW_UNREACHABLE', left: interruption.operations };
        return;
      case 'target-refuses':
        this.#failing = { side: 'target', when: 'before', code: 'SW_SERVER_FAILED', left: interruption.operations };
        return;
      case 'plugin-killed':
        void this.#host?.restartPlugin(key, new AbortController().signal);
        return;
      case 'supervisor-killed': {
        const killed = this.runtime;
        this.#generation += 1; // from here on nothing of the old processes reaches either side
        void killed?.close();
        await settle();
        await this.startSupervisor();
        return;
      }
      case 'total-lies':
        this.#lie = interruption.total;
        return;
      case 'entities-vanish': {
        const entities = this.entities[interruption.type];
        for (const id of [...entities.keys()].slice(0, interruption.count)) entities.delete(id);
      }
    }
  }
}

function coded(code: ErrorCode, found: string): CodedError {
  return new CodedError(code, { doing: 'asking', expected: 'an answer', found, todo: 'Wait' });
}

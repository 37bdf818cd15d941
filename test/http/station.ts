/** The application over a real runtime with the real machine: executors answered by hand, time in the test's hand. */
import { onTestFinished } from 'vitest';
import type { IntegrationContext } from '../../machines/context.ts';
import { outsideEventSchema, type ProbeReport, type Proof, type RunOutcome } from '../../machines/events.ts';
import { fleetPolicySchema, type Member } from '../../machines/fleet/memory.ts';
import { fleetEventSchema, fleetMachine } from '../../machines/index.ts';
import { integrationMachine } from '../../machines/integration.ts';
import { policySchema } from '../../machines/policy.ts';
import { fleetKey } from '../../src/core/fleet-key.ts';
import type { Json } from '../../src/core/json.ts';
import { toJson } from '../../src/core/json.ts';
import type { IntegrationView } from '../../src/http/api.ts';
import { createApp } from '../../src/http/app.ts';
import type { App, AppOptions } from '../../src/http/app-options.ts';
import { createRuntime } from '../../src/runtime/create-runtime.ts';
import type { Work } from '../../src/runtime/executor.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createMemoryStore } from '../../src/store/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

interface Pending {
  readonly work: Omit<Work, 'input'>;
  readonly resolve: (output: Json) => void;
  readonly reject: (error: unknown) => void;
}

/** An executor that the test answers: the newest execution of a key first. */
export class ByHand {
  readonly #pending: Pending[] = [];

  // What a test answers is what the machine gets: the types of the effects are held by those who really carry them out.
  readonly run = (work: Omit<Work, 'input'>): Promise<never> =>
    new Promise<Json>((resolve, reject) => this.#pending.push({ work, resolve, reject })) as Promise<never>;

  get isAsked(): boolean {
    return this.#pending.some(({ work }) => !work.signal.aborted);
  }

  /** What the newest execution was given. */
  get input(): unknown {
    return (this.#pending.at(-1)?.work as { readonly input?: unknown } | undefined)?.input;
  }

  #take(key: string): Pending {
    const index = this.#pending.findLastIndex(({ work }) => work.key === key && !work.signal.aborted);
    const [pending] = index < 0 ? [] : this.#pending.splice(index, 1);
    if (!pending) throw new Error('nothing of this kind was asked for');
    return pending;
  }

  async answer(output: unknown, key = 'hq'): Promise<void> {
    this.#take(key).resolve(toJson(output));
    await settle();
  }

  /** Answers what is no longer wanted. */
  async answerLate(output: unknown): Promise<void> {
    this.#pending.findLast(({ work }) => work.signal.aborted)?.resolve(toJson(output));
    await settle();
  }

  async refuse(error: unknown, key = 'hq'): Promise<void> {
    this.#take(key).reject(error);
    await settle();
  }

  /** Reports on behalf of the execution under way. */
  async report(event: { readonly type: string; readonly [member: string]: unknown }): Promise<void> {
    this.#pending.findLast(({ work }) => !work.signal.aborted)?.work.report(event);
    await settle();
  }
}

export interface Station {
  readonly app: App;
  readonly runtime: Runtime;
  readonly clock: VirtualClock;
  readonly probe: ByHand;
  readonly synchronize: ByHand;
  readonly check: ByHand;
  readonly diagnose: ByHand;
  readonly claim: ByHand;
  readonly remedy: ByHand;
  readonly task: ByHand;
  context(key?: string): IntegrationContext;
  view(key?: string): Promise<IntegrationView>;
  /** Two good probes: the connection is established, and with it the first run begins. */
  connect(): Promise<void>;
}

export interface StationOptions extends Partial<Omit<AppOptions, 'runtime' | 'clock'>> {
  readonly store?: Store;
  /** Of every integration. */
  readonly policy?: object;
  /** Runs the fleet beside them, with these members; claims are answered by hand all the same. */
  readonly members?: { readonly [integration: string]: Member };
}

const done = () => Promise.resolve();

/** Opens a station with the integration `hq` started, and others where named; closed when the test is over. */
export async function openStation({
  store = createMemoryStore(),
  policy = {},
  members,
  ...rest
}: StationOptions = {}): Promise<Station> {
  const clock = new VirtualClock();
  const hands = {
    probe: new ByHand(),
    synchronize: new ByHand(),
    check: new ByHand(),
    diagnose: new ByHand(),
    claim: new ByHand(),
    remedy: new ByHand(),
    task: new ByHand(),
  };
  const runtime = (await createRuntime<typeof integrationMachine | typeof fleetMachine>({
    machines: [
      { machine: integrationMachine, events: outsideEventSchema },
      { machine: fleetMachine, events: fleetEventSchema },
    ],
    executors: hands,
    actions: { page: done, tellCondition: done, release: done, tellStorm: done },
    store,
    clock,
  })) as unknown as Runtime; // a station sends whatever a test says
  const integrations = rest.integrations ?? [{ id: 'hq', title: 'Headquarters' }];
  for (const { id } of integrations)
    await runtime.start(integrationMachine, id, { id, policy: policySchema.parse(policy) });
  if (members) {
    const fleet = fleetPolicySchema.parse({});
    await runtime.start(fleetMachine, fleetKey, { policy: fleet });
    await runtime.send(fleetKey, { type: 'fleet.configured', at: clock.now(), policy: fleet, members });
  }
  const app = await createApp({
    runtime,
    clock,
    host: '127.0.0.1',
    version: '0.0.1-test',
    webRoot: null,
    ...rest,
    integrations,
  });
  await settle();
  onTestFinished(async () => {
    await app.close();
    await runtime.close();
  });
  return {
    app,
    runtime,
    clock,
    ...hands,
    context: (key = 'hq') => runtime.record(key)?.snapshot.context as unknown as IntegrationContext, // of the machine
    view: async (key = 'hq') => (await app.inject(`/api/v1/integrations/${key}`)).json(),
    async connect() {
      await hands.probe.answer(good);
      while (!hands.probe.isAsked) await clock.tick();
      await hands.probe.answer(good);
    },
  };
}

/** Both sides answer a probe. */
export const good: ProbeReport = {
  source: { ok: true, version: '2.95.3', latencyMs: 40 },
  target: { ok: true, version: '5.12.2.0', latencyMs: 20 },
  incompatible: null,
};

/** A comparison of cardholders. */
export function proofOf(at: number, source: number, target: number, parts: Partial<Proof> = {}): Proof {
  const equal = source === target;
  const side = (count: number) => ({ count, digest: `d${count}` });
  return {
    at,
    depth: 'content',
    equal,
    types: [
      {
        type: 'cardholder',
        source: side(source),
        target: side(target),
        equal,
        missing: equal ? [] : ['7'],
        surplus: [],
        different: [],
      },
    ],
    ...parts,
  };
}

/** A run that ended with this proof. */
export function outcomeOf(proof: Proof): RunOutcome {
  return {
    outcome: proof.equal ? 'succeeded' : 'incomplete',
    reason: proof.equal ? null : 'counts-differ',
    proof,
    written: { created: 3, updated: 2, deleted: 1, unchanged: 4 },
    rejected: 0,
  };
}

/** The usual scene of a contract test: a world, one order, a payment in the test's hand, and notes of what was done. */
import { afterEach } from 'vitest';
import type { Runtime } from '../../../src/runtime/index.ts';
import { ByHand } from './by-hand.ts';
import { order, orderEvents, type Payment } from './order.ts';
import type { Setup, World, WorldMaker } from './world.ts';

type OrderSetup = Setup<typeof order>;

export class Stage {
  readonly world: World;
  /** The payments of the newest process. */
  pay = new ByHand<Payment, string>();
  /** The notifications that were carried out, in every process. */
  readonly notified: { readonly key: string; readonly id: string; readonly text: string }[] = [];
  readonly warnings: string[] = [];
  #runtime: Runtime<typeof order> | null = null;

  constructor(world: World) {
    this.world = world;
  }

  get runtime(): Runtime<typeof order> {
    if (!this.#runtime) throw new Error('Open a runtime first.');
    return this.#runtime;
  }

  /** Opens a runtime with fresh executors. */
  async open(parts: Partial<OrderSetup> = {}): Promise<Runtime<typeof order>> {
    this.pay = new ByHand();
    this.#runtime = await this.world.open({ ...this.usual(), ...parts });
    return this.#runtime;
  }

  /** Kills the runtime and opens the next one on what it left; `awayMs` pass in between. */
  async restart(parts: Partial<OrderSetup> = {}, awayMs = 0): Promise<Runtime<typeof order>> {
    await this.world.kill();
    await this.world.advance(awayMs);
    const runtime = await this.open(parts);
    await this.world.idle();
    return runtime;
  }

  usual(): OrderSetup {
    return {
      machines: [{ machine: order, events: orderEvents }],
      executors: { pay: this.pay },
      actions: {
        notify: async ({ key, id, params }) => {
          this.notified.push({ key, id, text: params.text });
        },
      },
      warn: (message) => void this.warnings.push(message),
    };
  }

  /** Starts an order and takes it to where its payment is asked for. */
  async ordered(key = 'o-1'): Promise<void> {
    await this.runtime.start(order, key, { item: 'bicycle' });
    await this.runtime.send(key, { type: 'ordered' });
    await this.world.idle();
  }

  /** The state value of an order. */
  value(key = 'o-1'): unknown {
    return this.runtime.snapshot(key)?.value;
  }
}

/** For each test a stage of its own, taken down after it. */
export function stages(makeWorld: WorldMaker): () => Promise<Stage> {
  const worlds: World[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.dispose();
  });
  return async () => {
    const world = await makeWorld();
    worlds.push(world);
    return new Stage(world);
  };
}

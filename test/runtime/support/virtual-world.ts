/** A world in virtual time around a store: the runtime is real, its store too; only time and death are in our hand. */
import type { AnyStateMachine } from 'xstate';
import { createRuntime, type Runtime } from '../../../src/runtime/index.ts';
import { Life } from '../../../src/simulation/life.ts';
import type { Store } from '../../../src/store/store.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';
import type { Setup, World } from './world.ts';

/** Where the stores of a world keep what they hold. */
export interface Medium {
  /** Opens a store for a new process. */
  open(life: Life): Promise<Store>;
  /** Ends the process whose store is open, as `kill -9` does. */
  kill(): Promise<void>;
  /** Whether an operation of the store is under way on the device. */
  isBusy(): boolean;
  dispose(): Promise<void>;
}

export class VirtualWorld implements World {
  readonly isExclusive = true;
  readonly clock = new VirtualClock();
  readonly #medium: Medium;
  #life: Life | null = null;
  #runtime: { close(): Promise<void> } | null = null;

  constructor(medium: Medium) {
    this.#medium = medium;
  }

  async open<Machine extends AnyStateMachine>(setup: Setup<Machine>): Promise<Runtime<Machine>> {
    const life = new Life(this.clock);
    const store = await this.#medium.open(life);
    this.#life = life;
    const runtime = await createRuntime({ ...boundTo(life, setup), store, clock: life.clock });
    this.#runtime = runtime;
    return runtime;
  }

  async kill(): Promise<void> {
    this.#life?.kill();
    await this.#medium.kill();
    this.#life = null;
    this.#runtime = null;
  }

  async close(): Promise<void> {
    await this.#runtime?.close();
    this.#life?.kill();
    this.#life = null;
    this.#runtime = null;
  }

  now(): number {
    return this.clock.now();
  }

  async advance(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await this.idle();
    // One callback after the other, with the device given its time in between: no time passes while it works.
    for (;;) {
      const { nextDueAt } = this.clock;
      if (nextDueAt === null || nextDueAt > until) break;
      await this.clock.tick();
      await this.idle();
    }
    await this.clock.advance(until - this.clock.now());
    await this.idle();
  }

  readonly jump = (ms: number): void => this.clock.jump(ms);

  async idle(): Promise<void> {
    // The device answers between two turns of the loop: quiet means that it had nothing to do in several in a row.
    for (let quiet = 0; quiet < 3; quiet = this.#medium.isBusy() ? 0 : quiet + 1) await settle();
  }

  async dispose(): Promise<void> {
    await this.close();
    await this.#medium.kill(); // a store whose runtime was refused is still open
    await this.#medium.dispose();
  }
}

/** The same setup, whose executors and actions a dead process neither calls nor hears. */
function boundTo<Machine extends AnyStateMachine>(life: Life, setup: Setup<Machine>): Setup<Machine> {
  const executors = Object.entries(setup.executors as Record<string, unknown>).map(([src, executor]) => {
    if (typeof executor === 'function') return [src, life.bound(executor as never)];
    const { run, reconcile, ...rest } = executor as { run: never; reconcile?: never };
    return [src, { ...rest, run: life.bound(run), ...(reconcile ? { reconcile: life.bound(reconcile) } : {}) }];
  });
  const actions = Object.entries((setup.actions ?? {}) as Record<string, never>).map(([type, action]) => [
    type,
    life.bound(action),
  ]);
  // The same names with the same signatures; only what happens after death differs.
  return { ...setup, executors: Object.fromEntries(executors), actions: Object.fromEntries(actions) } as Setup<Machine>;
}

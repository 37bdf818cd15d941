/** Where the time of an event goes: the same events through more and more of what makes them durable. */
import { fullId } from '../../src/core/record.ts';
import type { Instance } from '../../src/core/snapshot.ts';
import { begin, type Stepped, step } from '../../src/core/step.ts';
import type { Case } from '../harness/case.ts';
import { forgetfulStore } from '../harness/forgetful-store.ts';
import { mediansOf } from '../harness/rounds.ts';
import { openRooms, runRooms, sendAll, startRooms } from './durable-world.ts';
import { roomMachine } from './machine.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import { XStateWorld } from './xstate-world.ts';

export const layers: Case = async ({ directory, quick, tell }) => {
  const rooms = quick ? 300 : 1_000;
  const count = quick ? 2_000 : 40_000;
  const traffic = trafficOf({ rooms });
  const inMemory = new XStateWorld(traffic, rooms);
  const steps = new Steps(traffic, rooms);
  const forgetful = await runRooms(forgetfulStore());
  await startRooms(forgetful, traffic, rooms);
  const { runtime: durable } = await openRooms({ directory });
  await startRooms(durable, traffic, rooms);
  const load = { traffic, count, senders: 256 };
  const rates = await mediansOf(quick ? 1 : 5, {
    xstate: () => inMemory.send(count),
    step: () => steps.take(count),
    runtime: (round) => sendAll({ ...load, runtime: forgetful, from: round * count }),
    durable: (round) => sendAll({ ...load, runtime: durable, from: round * count }),
  });
  inMemory.close();
  await forgetful.close();
  await durable.close();

  const micros = (rate: number) => 1e6 / rate;
  const comparison = { against: 'actor.send of XState in memory', base: micros(rates.xstate) };
  tell('time-of-xstate', micros(rates.xstate), 'us/event');
  tell('time-of-step', micros(rates.step), 'us/event', comparison);
  tell('time-of-step-and-runtime', micros(rates.runtime), 'us/event', comparison);
  tell('time-of-step-runtime-and-store', micros(rates.durable), 'us/event', comparison);
};

/** The pure step alone, with the outcomes of invokes fed back at once. */
class Steps {
  readonly #instances = new Map<string, Instance>();
  readonly #traffic: Traffic;
  #taken = 0;

  constructor(traffic: Traffic, rooms: number) {
    this.#traffic = traffic;
    for (let n = 0; n < rooms; n++) {
      const key = traffic.key(n);
      const { instance } = begin(roomMachine, { key, input: traffic.input(key), at: 0 });
      this.#instances.set(key, instance);
    }
  }

  take(count: number): number {
    const startMs = performance.now();
    for (const end = this.#taken + count; this.#taken < end; this.#taken++)
      this.#take(this.#traffic.key(this.#taken), this.#traffic.event(this.#taken));
    return (count * 1000) / (performance.now() - startMs);
  }

  #take(key: string, event: { readonly type: string; readonly at: number }): void {
    const before = this.#instances.get(key) as Instance; // the constructor began them all
    let { instance, effects } = step(roomMachine, before, { kind: 'event', event }) as Stepped; // never stale: no executor
    for (const effect of effects) {
      if (effect.kind !== 'execute') continue;
      const execution = fullId(instance.record, effect.execution.token);
      const done = { kind: 'done', execution, output: { litres: 2 }, at: event.at } as const;
      instance = (step(roomMachine, instance, done) as Stepped).instance; // its execution is current
    }
    this.#instances.set(key, instance);
  }
}

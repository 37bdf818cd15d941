/** The same machine as plain XState actors in memory: what speed is compared to. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { type Actor, createActor } from 'xstate';
import { perSecond } from '../harness/rounds.ts';
import { roomMachine } from './machine.ts';
import type { Traffic } from './traffic.ts';

/** Events sent before outcomes of invokes get their turn, as many as are under way at once in the durable runtime. */
const burst = 256;

export class XStateWorld {
  readonly #actors = new Map<string, Actor<typeof roomMachine>>();
  readonly #traffic: Traffic;
  #sent = 0;

  constructor(traffic: Traffic, rooms: number) {
    this.#traffic = traffic;
    for (let n = 0; n < rooms; n++) {
      const key = traffic.key(n);
      this.#actors.set(key, createActor(roomMachine, { input: traffic.input(key) }).start());
    }
  }

  /** The state of a room as XState would persist it. */
  persisted(key: string): unknown {
    return this.#actors.get(key)?.getPersistedSnapshot();
  }

  /** Sends the next `count` events; answers how many a second. */
  async send(count: number): Promise<number> {
    const startMs = performance.now();
    for (const end = this.#sent + count; this.#sent < end; ) {
      const until = Math.min(this.#sent + burst, end);
      for (; this.#sent < until; this.#sent++)
        this.#actors.get(this.#traffic.key(this.#sent))?.send(this.#traffic.event(this.#sent));
      await letOthersRun();
    }
    return perSecond(count, startMs);
  }

  close(): void {
    for (const actor of this.#actors.values()) actor.stop();
  }
}

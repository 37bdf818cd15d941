/** XState actors whose snapshot is handed to a database after each event: how it is done without a durable runtime. */
import { type Actor, createActor } from 'xstate';
import { perSecond } from '../harness/rounds.ts';
import { roomMachine } from './machine.ts';
import type { Traffic } from './traffic.ts';

export class PersistingActors {
  readonly #actors = new Map<string, Actor<typeof roomMachine>>();
  readonly #traffic: Traffic;
  readonly #persist: (key: string, snapshot: unknown) => Promise<void>;
  #sent = 0;

  constructor(traffic: Traffic, rooms: number, persist: (key: string, snapshot: unknown) => Promise<void>) {
    this.#traffic = traffic;
    this.#persist = persist;
    for (let n = 0; n < rooms; n++) {
      const key = traffic.key(n);
      this.#actors.set(key, createActor(roomMachine, { input: traffic.input(key) }).start());
    }
  }

  /** Sends the next `count` events, each sender awaiting its write; answers how many a second. */
  async send(count: number, senders: number): Promise<number> {
    const startMs = performance.now();
    const end = this.#sent + count;
    const sender = async () => {
      while (this.#sent < end) {
        const n = this.#sent++;
        const key = this.#traffic.key(n);
        const actor = this.#actors.get(key);
        actor?.send(this.#traffic.event(n));
        await this.#persist(key, actor?.getPersistedSnapshot());
      }
    };
    await Promise.all(Array.from({ length: senders }, sender));
    return perSecond(count, startMs);
  }

  close(): void {
    for (const actor of this.#actors.values()) actor.stop();
  }
}

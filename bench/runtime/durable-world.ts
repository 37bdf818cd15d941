/** The measured machine in the durable runtime, on a store in a directory. */
import { systemClock } from '../../src/core/clock.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { FileSystem } from '../../src/store/durable-file.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { perSecond } from '../harness/rounds.ts';
import { roomMachine } from './machine.ts';
import type { Traffic } from './traffic.ts';

export interface DurableWorldOptions {
  readonly directory: string;
  /** @default those of the store */
  readonly limits?: Partial<StoreLimits>;
  /** @default that of this machine */
  readonly fileSystem?: FileSystem;
}

/** The runtime of the measured machine. */
export type RoomRuntime = Awaited<ReturnType<typeof runRooms>>;

/** Opens store and runtime on a directory, a new one or one that was left. */
export async function openRooms({ directory, limits, fileSystem }: DurableWorldOptions) {
  const store = await openEmbeddedStore({
    directory,
    clock: systemClock,
    ...(limits === undefined ? {} : { limits }),
    ...(fileSystem === undefined ? {} : { fileSystem }),
  });
  return { runtime: await runRooms(store), store };
}

/** Runs the measured machine on a store. */
export function runRooms(store: Store) {
  return createRuntime({
    machines: [roomMachine],
    executors: { defrost: async () => ({ litres: 2 }) },
    actions: {},
    store,
    clock: systemClock,
  });
}

/** Starts the first `rooms` rooms of the traffic. */
export async function startRooms(runtime: RoomRuntime, traffic: Traffic, rooms: number): Promise<void> {
  const keys = Array.from({ length: rooms }, (_, n) => traffic.key(n));
  await Promise.all(keys.map((key) => runtime.start(roomMachine, key, traffic.input(key))));
}

export interface Load {
  readonly runtime: RoomRuntime;
  readonly traffic: Traffic;
  /** Number of the first event that is sent. */
  readonly from: number;
  readonly count: number;
  /** How many wait for their event to be durable at the same time. */
  readonly senders: number;
}

/** Sends events `from` to `from + count - 1`; answers how many became durable a second. */
export async function sendAll({ runtime, traffic, from, count, senders }: Load): Promise<number> {
  const startMs = performance.now();
  let next = from;
  const sender = async () => {
    for (let n = next++; n < from + count; n = next++) await runtime.send(traffic.key(n), traffic.event(n));
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return perSecond(count, startMs);
}

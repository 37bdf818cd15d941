/** Durable events a second with many instances and many senders, and what that does to the event loop. */
import { join } from 'node:path';
import { invariant } from '../../src/core/errors.ts';
import { canonicalJson, toJson } from '../../src/core/json.ts';
import type { Case, CaseOptions } from '../harness/case.ts';
import { mediansOf } from '../harness/rounds.ts';
import { type Stalls, stallsDuring } from '../harness/stalls.ts';
import { openRooms, type RoomRuntime, sendAll, startRooms } from './durable-world.ts';
import { trafficOf } from './traffic.ts';
import { XStateWorld } from './xstate-world.ts';

const senders = 256;

/**
 * Enough that flushes lie between two events of the same room, so that a defrosting ends before its room is asked for the next
 * one, in XState and in the runtime: what a room comes to then does not depend on who is faster.
 */
const rooms = 1_000;

/** Against `actor.send` of XState, which keeps nothing: same process, same events, in turns. */
export const manySenders: Case = async ({ directory, quick, tell }) => {
  const count = quick ? 2_000 : 60_000;
  const traffic = trafficOf({ rooms });
  const { runtime } = await openRooms({ directory });
  await startRooms(runtime, traffic, rooms);
  const inMemory = new XStateWorld(traffic, rooms);
  const rates = await mediansOf(quick ? 1 : 5, {
    xstate: () => inMemory.send(count),
    durable: (round) => sendAll({ runtime, traffic, from: round * count, count, senders }),
  });
  for (let n = 0; n < rooms; n++) await requireSameState(inMemory, runtime, traffic.key(n));
  inMemory.close();
  await runtime.close();
  tell('xstate-in-memory', rates.xstate, 'events/s');
  tell('durable-many-senders', rates.durable, 'events/s', {
    against: 'actor.send of XState in memory: the same machine, events and process',
    base: rates.xstate,
  });
};

/** The stalls of the event loop under the same load, once with checkpoints in the window and once without. */
export const stalls: Case = async ({ directory, quick, tell }) => {
  const without = await stallsUnderLoad({ directory: join(directory, 'without'), quick, checkpointBytes: 2 ** 40 });
  const checkpointBytes = quick ? 2 ** 19 : 4 * 2 ** 20;
  const during = await stallsUnderLoad({ directory: join(directory, 'with'), quick, checkpointBytes });
  tell('stall-p99.9', without.p999, 'ms');
  tell('stall-max', without.max, 'ms');
  const same = 'the same load without a checkpoint';
  tell('stall-p99.9-checkpointing', during.p999, 'ms', { against: same, base: without.p999 });
  tell('stall-max-checkpointing', during.max, 'ms', { against: same, base: without.max });
};

async function stallsUnderLoad({
  directory,
  quick,
  checkpointBytes,
}: Pick<CaseOptions, 'directory' | 'quick'> & { readonly checkpointBytes: number }): Promise<Stalls> {
  const count = quick ? 2_000 : 250_000;
  const traffic = trafficOf({ rooms });
  const { runtime } = await openRooms({ directory, limits: { checkpointBytes } });
  await startRooms(runtime, traffic, rooms);
  const warmUp = Math.ceil(count / 5);
  await sendAll({ runtime, traffic, from: 0, count: warmUp, senders });
  const found = await stallsDuring(() => sendAll({ runtime, traffic, from: warmUp, count, senders }));
  await runtime.close();
  return found;
}

/** A contender that does less work is no contender: both must have come to the same states. */
async function requireSameState(inMemory: XStateWorld, runtime: RoomRuntime, key: string): Promise<void> {
  await runtime.waitFor(key, (snapshot) => !snapshot.matches({ evaporator: 'defrosting' }));
  const [expected, found] = [inMemory.persisted(key), runtime.record(key)?.snapshot].map(stateOf);
  invariant(expected === found, `${key} came to the same state in XState and in the runtime: ${expected} and ${found}`);
}

function stateOf(snapshot: unknown): string {
  const { status, value, context } = snapshot as { status: unknown; value: unknown; context: unknown }; // of both kinds
  return canonicalJson(toJson({ status, value, context }));
}

/** Memory of instances that wait for something to happen. */
import type { Case } from '../harness/case.ts';
import { heldBytes } from '../harness/memory.ts';
import { openRooms, type RoomRuntime, sendAll, startRooms } from './durable-world.ts';
import { trafficOf } from './traffic.ts';

/**
 * Heap and buffers that 10,000 idle instances add, less the JSON of their snapshots. What the store keeps for readers of
 * the newest history counts in full.
 */
export const idleMemory: Case = async ({ directory, quick, tell }) => {
  const rooms = quick ? 500 : 10_000;
  const traffic = trafficOf({ rooms });
  const empty = await heldBytes();
  let world: Awaited<ReturnType<typeof openRooms>> | null = await openRooms({ directory });
  await startRooms(world.runtime, traffic, rooms);
  // A few events each, so that they are as instances are: with a past, some with timers.
  await sendAll({ runtime: world.runtime, traffic, from: 0, count: rooms * 4, senders: 256 });
  const running = await heldBytes();
  const snapshot = meanSnapshotBytes(world.runtime);
  await world.runtime.close();

  world = null; // the first world must be gone before the second is weighed
  const closed = await heldBytes();
  world = await openRooms({ directory });
  const restarted = await heldBytes();
  await world.runtime.close();

  tell('snapshot-json', snapshot, 'B/instance');
  tell('idle-memory', (running - empty) / rooms - snapshot, 'B/instance');
  tell('idle-memory-after-restart', (restarted - closed) / rooms - snapshot, 'B/instance');
};

function meanSnapshotBytes(runtime: RoomRuntime): number {
  const keys = runtime.keys();
  const bytes = keys.map((key) => Buffer.byteLength(JSON.stringify(runtime.record(key)?.snapshot)));
  return bytes.reduce((sum, each) => sum + each, 0) / keys.length;
}

/**
 * What people use instead, where it runs in this process and needs nothing installed.
 *
 * - lmdb: XState in memory, the persisted snapshot put under the key of the instance, and its flush awaited. This keeps
 *   states, but neither events nor timers nor what was under way.
 * - lowdb: XState in memory, all snapshots in one JSON file, written for each event. It never calls `fsync`: a power cut
 *   loses it. It is here because that is how it is used.
 *
 * Not here, because they need a server or a download: Restate (@restatedev/xstate), Temporal, DBOS on PostgreSQL.
 */
import { join } from 'node:path';
import { open } from 'lmdb';
import { Low } from 'lowdb';
import { JSONFile } from 'lowdb/node';
import type { Case } from '../harness/case.ts';
import { mediansOf } from '../harness/rounds.ts';
import { openRooms, sendAll, startRooms } from './durable-world.ts';
import { PersistingActors } from './persisting-actors.ts';
import { trafficOf } from './traffic.ts';

export const peers: Case = async ({ directory, quick, tell }) => {
  const rooms = quick ? 300 : 1_000;
  const traffic = trafficOf({ rooms });
  const { runtime } = await openRooms({ directory: join(directory, 'data') });
  await startRooms(runtime, traffic, rooms);
  const database = open<unknown, string>({ path: join(directory, 'lmdb') });
  const inLmdb = new PersistingActors(traffic, rooms, async (key, snapshot) => {
    await database.put(key, snapshot);
    await database.flushed;
  });
  const file = new Low<{ [key: string]: unknown }>(new JSONFile(join(directory, 'lowdb.json')), {});
  const inLowdb = new PersistingActors(traffic, rooms, async (key, snapshot) => {
    file.data[key] = snapshot;
    await file.write();
  });

  let sent = 0;
  for (const [name, senders, count] of [
    ['many-senders', 256, quick ? 1_000 : 20_000],
    ['one-sender', 1, quick ? 100 : 2_000],
  ] as const) {
    const rates = await mediansOf(quick ? 1 : 3, {
      durable: () => {
        sent += count;
        return sendAll({ runtime, traffic, from: sent - count, count, senders });
      },
      lmdb: () => inLmdb.send(count, senders),
      lowdb: () => inLowdb.send(quick ? 100 : 512, senders), // the whole file for each event: fewer must do
    });
    const against = `XState in memory, each event awaited in`;
    tell(`lmdb-${name}`, rates.lmdb, 'events/s');
    tell(`lowdb-${name}`, rates.lowdb, 'events/s');
    tell(`${name}-to-lmdb`, rates.durable, 'events/s', { against: `${against} lmdb, flushed`, base: rates.lmdb });
    tell(`${name}-to-lowdb`, rates.durable, 'events/s', {
      against: `${against} lowdb, not flushed`,
      base: rates.lowdb,
    });
  }
  await runtime.close();
  await database.close();
  inLmdb.close();
  inLowdb.close();
};

/** Durable events a second of one instance with one sender, which waits for each: nothing can be gathered. */
import { join } from 'node:path';
import type { Case } from '../harness/case.ts';
import { countingFileSystem } from '../harness/counting-file-system.ts';
import { rawAppendAsync, rawAppendSync } from '../harness/raw-append.ts';
import { mediansOf } from '../harness/rounds.ts';
import { openRooms, sendAll, startRooms } from './durable-world.ts';
import { type Traffic, trafficOf } from './traffic.ts';

/** Against a loop of write and `fdatasync` of records of the same size, in the same directory, in turns. */
export const oneSender: Case = async ({ directory, quick, tell }) => {
  const count = quick ? 200 : 4_000;
  const traffic = trafficOf({ rooms: 1, defrosts: false });
  const bytes = await recordBytes(join(directory, 'sizes'), traffic, count);
  const { runtime } = await openRooms({ directory: join(directory, 'data') });
  await startRooms(runtime, traffic, 1);
  const raw = { path: join(directory, 'raw.log'), bytes, records: count };
  const rates = await mediansOf(quick ? 1 : 5, {
    sync: () => rawAppendSync(raw),
    async: () => rawAppendAsync(raw),
    durable: (round) => sendAll({ runtime, traffic, from: round * count, count, senders: 1 }),
  });
  await runtime.close();
  tell('raw-append-sync', rates.sync, 'records/s');
  tell('raw-append-async', rates.async, 'records/s');
  tell('durable-one-sender', rates.durable, 'events/s', {
    against: `the faster loop of write and fdatasync of ${bytes} bytes`,
    base: Math.max(rates.sync, rates.async),
  });
};

/** Mean length of what is written for one event that is flushed alone. */
async function recordBytes(directory: string, traffic: Traffic, count: number): Promise<number> {
  const counting = countingFileSystem();
  const { runtime } = await openRooms({ directory, fileSystem: counting.fileSystem });
  await startRooms(runtime, traffic, 1);
  const before = counting.written().journal;
  await sendAll({ runtime, traffic, from: 0, count, senders: 1 });
  const after = counting.written().journal;
  await runtime.close();
  return Math.round((after - before) / count);
}

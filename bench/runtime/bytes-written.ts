/** Bytes written for each committed step, against what is new in it. */
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { InstanceRecord } from '../../src/core/record.ts';
import type { Commit } from '../../src/runtime/index.ts';
import type { Case } from '../harness/case.ts';
import { countingFileSystem } from '../harness/counting-file-system.ts';
import { openRooms, sendAll, startRooms } from './durable-world.ts';
import { trafficOf } from './traffic.ts';

/**
 * What is new in a step: the bytes of the JSON of its event (outcomes of invokes are events too), and of the JSON merge
 * patch (RFC 7396) from the snapshot before to the one after, which is the changed leaves, each once, at its path.
 * Timers and executions are written too, and are not part of it.
 */
export const bytesWritten: Case = async ({ directory, quick, tell }) => {
  const rooms = quick ? 300 : 1_000;
  const count = quick ? 5_000 : 150_000;
  const traffic = trafficOf({ rooms });
  const counting = countingFileSystem();
  const { runtime } = await openRooms({
    directory: join(directory, 'data'),
    fileSystem: counting.fileSystem,
    ...(quick ? { limits: { checkpointBytes: 2 ** 19 } } : {}),
  });
  await startRooms(runtime, traffic, rooms);
  const fresh = { steps: 0, event: 0, patch: 0 };
  runtime.subscribe((commit) => add(fresh, commit));
  const before = { ...counting.written(), flushes: counting.flushes() };
  await sendAll({ runtime, traffic, from: 0, count, senders: 256 });
  const after = { ...counting.written(), flushes: counting.flushes() };
  await runtime.close();

  const each = (bytes: number) => bytes / fresh.steps;
  const isNew = each(fresh.event + fresh.patch);
  const against = 'JSON of the event and JSON merge patch of the snapshot';
  const journal = each(after.journal - before.journal);
  const checkpoint = each(after.checkpoint - before.checkpoint);
  tell('event-json', each(fresh.event), 'B/step');
  tell('snapshot-patch-json', each(fresh.patch), 'B/step');
  tell('journal-bytes', journal, 'B/step', { against, base: isNew });
  tell('checkpoint-bytes', checkpoint, 'B/step', { against, base: isNew });
  tell('bytes-written', journal + checkpoint, 'B/step', { against, base: isNew });
  tell('steps-per-flush', fresh.steps / (after.flushes - before.flushes), 'steps');
};

function add(fresh: { steps: number; event: number; patch: number }, { before, record, note }: Commit): void {
  if (before === null || record === null) return;
  fresh.steps += 1;
  fresh.event += jsonBytes(note.event);
  const patch = mergePatch(snapshotOf(before), snapshotOf(record));
  if (patch !== undefined) fresh.patch += jsonBytes(patch);
}

/** A record is JSON, and so are its parts. */
const snapshotOf = (record: InstanceRecord) => record.snapshot as Json;

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON merge patch between two values; undefined when they are equal. */
function mergePatch(before: Json | undefined, after: Json): Json | undefined {
  if (!isObject(before) || !isObject(after))
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  const patch: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(after)) {
    const change = mergePatch(before[key], value);
    if (change !== undefined) patch[key] = change;
  }
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

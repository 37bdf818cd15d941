/** An index that an older version has left behind is emptied, and the next run rebuilds it from the markers in the target. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLmdbIndex } from '../../../src/sync/index/lmdb-index.ts';
import { collect } from '../entity-index.contract.ts';
import { populated, sync, writes } from '../world-runs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncwarden-index-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Rows with stamps and without numbers, as format 1 had them. */
async function leaveFormat1(): Promise<void> {
  const raw = open({ path: folder, overlappingSync: false });
  const table = (name: string) => raw.openDB<unknown, [string, string]>({ name });
  table('entries').putSync(['person', 'p1'], { type: 'person', key: 'p1', id: 'id-9', hash: 'h', walk: 3 });
  table('records').putSync(['person', 'p1'], { kind: 'person', key: 'p1', walk: 3, entities: [] });
  raw.openDB<unknown, string>({ name: 'meta' }).putSync('format', 1);
  raw.openDB<unknown, string>({ name: 'meta' }).putSync('checkpoint', { walk: 3 });
  await raw.close();
}

test('an index of an older format is empty when it is opened', async () => {
  await leaveFormat1();

  const index = openLmdbIndex({ folder });

  expect(await index.checkpoint()).toBeNull();
  expect(await collect(index.entries('person'))).toEqual([]);
  expect(await index.lookupRecords([{ kind: 'person', key: 'p1' }])).toEqual([null]);
  await index.close();
});

test('the run after it takes over what the target holds, and writes nothing', async () => {
  const world = populated(10);
  const first = openLmdbIndex({ folder });
  await sync(world, first, 'full');
  await first.close();
  await leaveFormat1();
  world.requests.length = 0;

  const index = openLmdbIndex({ folder });
  const result = await sync(world, index, 'delta');
  await index.close();

  expect(result).toMatchObject({ outcome: 'succeeded', written: { adopted: 22, created: 0, updated: 0, deleted: 0 } });
  expect(writes(world)).toEqual([]);
});

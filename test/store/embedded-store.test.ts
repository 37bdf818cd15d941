import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { entriesOf, entryOf, fixedClock, foldOf, OneProcess, pastOf } from './fixtures.ts';
import { describeStore } from './store.contract.ts';

/** A machine with one disk and one process on it. */
function machine(limits: Partial<StoreLimits> = {}) {
  const fileSystem = new CrashFileSystem();
  const processes = new OneProcess();
  const warnings: string[] = [];
  return {
    fileSystem,
    processes,
    warnings,
    open: () =>
      openEmbeddedStore({
        directory: '/data',
        clock: fixedClock,
        fileSystem,
        processes,
        limits,
        warn: (message) => warnings.push(message),
      }),
  };
}

const tiny: Partial<StoreLimits> = { segmentBytesMax: 1_000, checkpointBytes: 3_000, tailEntriesMax: 3 };

for (const [name, limits] of [
  ['the embedded store', {}],
  ['the embedded store with tiny limits', { segmentBytesMax: 1_000, tailEntriesMax: 3 }],
  ['the embedded store with a segment for each flush', { segmentBytesMax: 1, reserveBytes: 0, tailEntriesMax: 0 }],
] as const)
  describeStore(name, () => {
    const { open, fileSystem, processes } = machine(limits);
    return {
      open: () => {
        fileSystem.failWhen(null);
        return open();
      },
      crash: () => {
        processes.restart();
        fileSystem.restart({ kind: 'lost' });
      },
      holdFlushes: () => fileSystem.holdSyncs(),
      failFlushes: () => fileSystem.failWhen((operation) => (operation === 'sync' ? 'EIO' : null)),
      flushes: () => fileSystem.counts.get('sync') ?? 0,
    };
  });

describe('the data directory', () => {
  test('stays bounded: folded segments beyond the history are removed', async () => {
    const { open, fileSystem } = machine({ ...tiny, historyBytesMax: 5_000 });
    const store = await open();

    for (const entry of entriesOf(1, 200)) await store.append([entry]);
    await store.checkpoint();

    const names = await fileSystem.list('/data/journal');
    expect(names.length).toBeLessThan(20);
    const history = await store.history({ limit: 1_000 });
    expect(history).toEqual(pastOf(entriesOf(1, 200)).slice((history[0]?.seq as number) - 1));
    expect(history.length).toBeLessThan(100);
  });

  test('reaches back to the previous checkpoint even if no history is kept', async () => {
    const { open, fileSystem, warnings } = machine({ ...tiny, checkpointBytes: 1e9, historyBytesMax: 0 });
    const store = await open();
    for (const seq of [10, 20, 30]) {
      for (const entry of entriesOf(seq - 9, seq)) await store.append([entry]);
      await store.checkpoint();
    }
    await store.close();
    fileSystem.tamper('/data/checkpoint.json', (content) => content.subarray(0, content.length - 20));

    const reopened = await open();

    expect(reopened.recovered.lastSeq).toBe(30);
    expect(reopened.recovered.records).toEqual(foldOf(entriesOf(1, 30)));
    expect(warnings).toEqual(['A copy of the checkpoint cannot be read.']);
    expect(await fileSystem.list('/data/journal')).not.toContain('000000000001.log');
  });

  test('writes checkpoints by itself as the journal grows', async () => {
    const { open, fileSystem } = machine({ checkpointBytes: 1_000 });
    const store = await open();

    for (const entry of entriesOf(1, 40)) await store.append([entry]);
    await store.close();

    const { lastSeq, records } = JSON.parse(fileSystem.content('/data/checkpoint.json').toString());
    expect(lastSeq).toBeGreaterThan(20);
    expect(records).toHaveLength(3);
  });

  test('a checkpoint that cannot be written stops nobody, and leaves no temporary file', async () => {
    const { open, fileSystem, warnings } = machine({ checkpointBytes: 1_000 });
    const store = await open();
    fileSystem.failWhen((operation, path) => (operation === 'write' && path.endsWith('.tmp') ? 'ENOSPC' : null));

    for (const entry of entriesOf(1, 40)) await store.append([entry]);
    await expect(store.checkpoint()).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    fileSystem.failWhen(null);
    await store.checkpoint();

    expect(warnings).toContain('The checkpoint could not be written.');
    expect((await fileSystem.list('/data')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('an owner whose lock was taken away writes no checkpoint and accepts nothing more', async () => {
    const { open, fileSystem, processes } = machine();
    const old = await open();
    await old.append([entryOf(1)]);
    processes.restart(); // the machine takes the old one for dead
    await open();

    await expect(old.checkpoint()).rejects.toThrow('a later owner exists');

    await expect(old.append([entryOf(2)])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    expect(await fileSystem.list('/data')).not.toContain('checkpoint.json');
  });

  test.each(['EACCES', 'EROFS', 'ENOSPC'])('%s while opening is explained', async (code) => {
    const { open, fileSystem } = machine();
    fileSystem.failWhen((_, path) => (path.startsWith('/data') ? code : null));

    await expect(open()).rejects.toMatchObject({ code: 'SW_DATA_UNWRITABLE' });
  });

  test('a full disk while opening leaves no lock behind', async () => {
    const { open, fileSystem } = machine();
    fileSystem.failWhen((operation, path) => (operation === 'write' && path.includes('lock') ? 'ENOSPC' : null));
    await expect(open()).rejects.toMatchObject({ code: 'SW_DATA_UNWRITABLE' });

    fileSystem.failWhen(null);

    expect((await open()).recovered.epoch).toBe(1);
  });
});

describe('on the disk of this machine', () => {
  const parent = mkdtempSync(join(tmpdir(), 'store-'));
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  test('commits, folds, closes and comes back', async () => {
    const directory = join(parent, 'data');
    const limits = { segmentBytesMax: 2_000, historyBytesMax: 4_000, tailEntriesMax: 10 };
    const first = await openEmbeddedStore({ directory, clock: fixedClock, limits });
    for (const entry of entriesOf(1, 60)) await first.append([entry]);
    await first.checkpoint();
    await first.append(entriesOf(61, 70));
    await first.checkpoint();
    await expect(openEmbeddedStore({ directory, clock: fixedClock })).rejects.toThrow(
      `process ${process.pid}, which has owned it since 2026-03-14T12:00:00.000Z`,
    );
    await first.close();

    const second = await openEmbeddedStore({ directory, clock: fixedClock, limits });

    expect(second.recovered).toMatchObject({ lastSeq: 70, epoch: 2, tornBytes: 0 });
    expect(second.recovered.records).toEqual(foldOf(entriesOf(1, 70)));
    expect(await second.history({ afterSeq: 55, limit: 100 })).toEqual(pastOf(entriesOf(1, 70)).slice(55));
    await second.close();
  });

  test('a missing parent folder is named instead of created', async () => {
    const directory = join(parent, 'missing', 'data');

    await expect(openEmbeddedStore({ directory, clock: fixedClock })).rejects.toMatchObject({
      code: 'SW_DATA_UNWRITABLE',
      message: expect.stringContaining(directory),
    });
  });
});

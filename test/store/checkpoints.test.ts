/** When checkpoints are written by themselves, and what happens when they cannot be. */
import { describe, expect, test } from 'vitest';
import { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { entriesOf, entryOf, fixedClock, foldOf, OneProcess } from './fixtures.ts';

const isTemporary = (path: string) => path.endsWith('.tmp');

/** A disk that counts checkpoints that were begun, and notes how long the journal was then. */
function site(limits: Partial<StoreLimits>) {
  const fileSystem = new CrashFileSystem();
  const processes = new OneProcess();
  const warnings: string[] = [];
  /** Bytes of the journal whenever a checkpoint was begun. */
  const begun: number[] = [];
  const segments = new Set<string>();
  /** Bytes of all segments; nothing is dropped of them in these tests. */
  const measure = () => [...segments].reduce((sum, path) => sum + fileSystem.content(path).length, 0);
  let fault: string | null = null;
  fileSystem.failWhen((operation, path) => {
    if (operation === 'open' && path.endsWith('.log')) segments.add(path);
    if (operation === 'open' && isTemporary(path)) begun.push(measure());
    return fault !== null && operation === 'write' && isTemporary(path) ? fault : null;
  });
  const open = () =>
    openEmbeddedStore({
      directory: '/data',
      clock: fixedClock,
      fileSystem,
      processes,
      limits: { reserveBytes: 0, ...limits },
      warn: (message) => warnings.push(message),
    });
  return { fileSystem, open, begun, warnings, measure, failWith: (code: string | null) => (fault = code) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('checkpoints', () => {
  test.each([900, 100_000])('come once for each checkpointBytes: segments of %i bytes', async (segmentBytesMax) => {
    const { open, begun, measure } = site({ checkpointBytes: 3_000, segmentBytesMax });
    const store = await open();

    for (const entry of entriesOf(1, 100)) {
      await store.append([entry]);
      for (let wait = 0; wait < 4; wait++) await turn(); // a checkpoint that is due has been begun by now
    }
    const total = measure();
    await store.close();

    expect(total).toBeGreaterThan(18_000);
    const between = begun.map((at, index) => at - (begun[index - 1] ?? 0));
    expect(total - (begun.at(-1) as number)).toBeLessThan(3_000);
    for (const distance of between) {
      expect(distance).toBeGreaterThanOrEqual(3_000);
      expect(distance).toBeLessThan(3_700); // an entry more at the most, which may be the first of its segment
    }
  });

  test('are not queued behind one that takes long', async () => {
    const { open, begun, fileSystem } = site({ checkpointBytes: 1_000 });
    const store = await open();
    const release = fileSystem.holdSyncs(isTemporary);

    for (const entry of entriesOf(1, 60)) await store.append([entry]);
    await turn();
    expect(begun).toHaveLength(1);
    release();
    for (let wait = 0; wait < 20; wait++) await turn();
    expect(begun).toHaveLength(1);
    await store.append([entryOf(61)]);
    for (let wait = 0; wait < 20; wait++) await turn();
    await store.append([entryOf(62)]);
    await store.close();

    expect(begun).toHaveLength(2); // one for all that came meanwhile
  });

  test('go on by themselves after one that was asked for', async () => {
    const { open, begun } = site({ checkpointBytes: 1_000 });
    const store = await open();
    await store.append([entryOf(1)]);
    await store.checkpoint();
    await store.checkpoint(); // there is nothing new for this one
    await Promise.all([store.append(entriesOf(2, 8)), store.checkpoint(), store.checkpoint()]);
    for (let wait = 0; wait < 20; wait++) await turn();
    const sofar = begun.length;

    for (const entry of entriesOf(9, 15)) await store.append([entry]);
    for (let wait = 0; wait < 20; wait++) await turn();

    expect(begun.length).toBe(sofar + 1);
    await store.close();
  });

  test('count what a reopening had to replay, so that a process which often ends folds its journal at last', async () => {
    const { open, begun } = site({ checkpointBytes: 3_000 });
    for (let seq = 1; seq <= 30; seq++) {
      const store = await open();
      await store.append([entryOf(seq)]);
      await store.close();
    }

    expect(begun.length).toBeGreaterThan(1);
    expect(begun.length).toBeLessThan(30);
    expect((await open()).recovered.records).toEqual(foldOf(entriesOf(1, 30)));
  });

  test('that failed are tried again when a quarter of checkpointBytes has come, and then come as before', async () => {
    const { open, begun, measure, failWith, warnings } = site({ checkpointBytes: 4_000 });
    const store = await open();
    failWith('ENOSPC');
    let seq = 0;
    const grow = async (bytes: number) => {
      while (measure() < bytes) {
        await store.append([entryOf(++seq)]);
        for (let wait = 0; wait < 8; wait++) await turn();
      }
    };

    await grow(7_900);
    const distances = begun.slice(1).map((at, index) => at - (begun[index] as number));
    expect(begun[0]).toBeGreaterThanOrEqual(4_000);
    expect(distances.length).toBeGreaterThanOrEqual(2);
    for (const distance of distances) {
      expect(distance).toBeGreaterThanOrEqual(1_000);
      expect(distance).toBeLessThan(1_600);
    }
    expect(warnings).toEqual(begun.map(() => 'The checkpoint could not be written.'));

    failWith(null);
    await grow((begun.at(-1) as number) + 1_300);
    const healed = begun.at(-1) as number;
    await grow(healed + 3_500);
    expect(begun.at(-1)).toBe(healed);
    await grow(healed + 4_800);
    expect(begun.filter((at) => at > healed)).toHaveLength(1);
    await store.close();
  });
});

describe('a journal that cannot be folded', () => {
  const limits = { checkpointBytes: 1e9, journalBytesMax: 3_000 };

  test('lets appends wait for the checkpoint that makes room', async () => {
    const { open, begun, fileSystem } = site(limits);
    const store = await open();
    const release = fileSystem.holdSyncs(isTemporary);
    let acknowledged = 0;
    const work = (async () => {
      for (const entry of entriesOf(1, 40)) {
        await store.append([entry]);
        acknowledged = entry.seq;
      }
    })();
    for (let wait = 0; wait < 400; wait++) await turn();

    expect(begun).toHaveLength(1);
    expect(acknowledged).toBeGreaterThan(8);
    expect(acknowledged).toBeLessThan(20);
    release();
    await work;
    await store.close();

    expect(acknowledged).toBe(40);
    expect(begun.length).toBeGreaterThan(1);
    expect((await open()).recovered.records).toEqual(foldOf(entriesOf(1, 40)));
  });

  test('refuses appends, and says why, when that checkpoint fails; nothing acknowledged is lost', async () => {
    const { open, failWith } = site(limits);
    const store = await open();
    failWith('ENOSPC');
    let acknowledged = 0;

    const work = (async () => {
      for (const entry of entriesOf(1, 40)) {
        await store.append([entry]);
        acknowledged = entry.seq;
      }
    })();

    await expect(work).rejects.toMatchObject({
      code: 'SW_STORE_FAILED',
      message: expect.stringContaining('journalBytesMax (3000)'),
    });
    await expect(store.append([entryOf(acknowledged + 2)])).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    expect(acknowledged).toBeGreaterThan(8);
    await store.close();
    failWith(null);
    const reopened = await open();
    expect(reopened.recovered.lastSeq).toBe(acknowledged);
    expect(reopened.recovered.records).toEqual(foldOf(entriesOf(1, acknowledged)));
    for (const entry of entriesOf(acknowledged + 1, 40)) await reopened.append([entry]);
  });
});

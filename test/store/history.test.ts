/** What is read back of the past: where it comes from, and how long it is kept. */
import { describe, expect, test } from 'vitest';
import { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { entriesOf, entryOf, fixedClock, noon, OneProcess, pastOf } from './fixtures.ts';

/** A disk that notes which segments are read, and a clock that is set by hand. */
function site(limits: Partial<StoreLimits>) {
  const fileSystem = new CrashFileSystem();
  const processes = new OneProcess();
  const reads: string[] = [];
  fileSystem.failWhen((operation, path) => {
    if (operation === 'read' && path.startsWith('/data/journal/')) reads.push(path);
    return null;
  });
  const time = { now: noon };
  const clock = { ...fixedClock, now: () => time.now };
  const open = () => openEmbeddedStore({ directory: '/data', clock, fileSystem, processes, limits });
  const segments = async () => [...(await fileSystem.list('/data/journal'))].sort();
  const firstSeqs = async () => (await segments()).map((name) => Number.parseInt(name, 10));
  return { fileSystem, open, reads, time, segments, firstSeqs };
}

async function fill(store: Store, fromSeq: number, toSeq: number): Promise<void> {
  for (const entry of entriesOf(fromSeq, toSeq)) await store.append([entry]);
}

describe('history', () => {
  const limits = { segmentBytesMax: 900, tailEntriesMax: 5 };
  const all = pastOf(entriesOf(1, 40));

  test('comes from memory as long as memory reaches', async () => {
    const { open, reads } = site(limits);
    const store = await open();
    await fill(store, 1, 40);
    reads.splice(0);

    expect(await store.history({ afterSeq: 35, limit: 9 })).toEqual(all.slice(35));
    expect(await store.history({ limit: 5, newestFirst: true })).toEqual(all.slice(35).reverse());
    expect(await store.history({ limit: 1, newestFirst: true, key: 'door-0' })).toEqual([all[38]]);
    expect(await store.history({ afterSeq: 35, beforeSeq: 39, limit: 2, newestFirst: true })).toEqual([
      all[37],
      all[36],
    ]);
    expect(await store.history({ afterSeq: 40, limit: 9 })).toEqual([]);
    expect(reads).toEqual([]);
  });

  test('newest first goes on from memory into the segments, and reads no more of them than it needs', async () => {
    const { open, reads, segments } = site(limits);
    const store = await open();
    await fill(store, 1, 40);
    const names = await segments();
    expect(names.length).toBeGreaterThan(8);
    reads.splice(0);

    expect(await store.history({ limit: 7, newestFirst: true })).toEqual(all.slice(33).reverse());
    expect(reads.length).toBeLessThanOrEqual(2);
    reads.splice(0);
    const ofOne = all.filter(({ key }) => key === 'door-2').reverse();
    expect(await store.history({ key: 'door-2', limit: 6, newestFirst: true })).toEqual(ofOne.slice(0, 6));
    expect(reads.length).toBeLessThan(7);
    reads.splice(0);
    expect(await store.history({ key: 'door-2', limit: 100, newestFirst: true })).toEqual(ofOne);
    expect(new Set(reads).size).toBe(reads.length); // each once
  });

  test('between two numbers reads only the segments between them', async () => {
    const { open, reads, firstSeqs } = site(limits);
    const store = await open();
    await fill(store, 1, 40);
    const [, second, third, fourth] = (await firstSeqs()) as [number, number, number, number];

    for (const newestFirst of [false, true]) {
      reads.splice(0);
      const bounds = { afterSeq: second - 1, beforeSeq: fourth, limit: 100, newestFirst };
      const expected = all.slice(second - 1, fourth - 1);
      expect(await store.history(bounds)).toEqual(newestFirst ? expected.reverse() : expected);
      expect(reads.map((path) => Number.parseInt(path.slice(-16), 10)).sort((one, two) => one - two)).toEqual([
        second,
        third,
      ]);
    }
  });

  test('stops reading when it has enough', async () => {
    const { open, reads } = site({ ...limits, tailEntriesMax: 0 });
    const store = await open();
    await store.append([entryOf(1, 'rare')]);
    await fill(store, 2, 40);
    reads.splice(0);

    expect(await store.history({ key: 'rare', limit: 1 })).toHaveLength(1);
    expect(await store.history({ key: 'rare', limit: 0 })).toEqual([]);
    expect(reads).toHaveLength(1);
  });

  test('memory is bounded by bytes as well', async () => {
    const { open, reads } = site({ tailEntriesMax: 1_000, tailBytesMax: 800 });
    const store = await open();
    await fill(store, 1, 40);
    reads.splice(0);

    await store.history({ limit: 3, newestFirst: true });
    expect(reads).toEqual([]);
    await store.history({ limit: 6, newestFirst: true });
    expect(reads).not.toEqual([]);
  });

  test('does not show what is being written', async () => {
    const { open, fileSystem } = site({ ...limits, tailEntriesMax: 0 });
    const store = await open();
    await fill(store, 1, 3);
    const release = fileSystem.holdSyncs();
    const append = store.append([entryOf(4)]);
    await new Promise((resolve) => setImmediate(resolve));

    for (const newestFirst of [false, true]) {
      const shown = await store.history({ limit: 9, newestFirst });
      expect(shown.map(({ seq }) => seq).sort()).toEqual([1, 2, 3]);
    }

    release();
    await append;
  });

  test('that is being read while its segments are dropped gives what is left, without a gap', async () => {
    const { open } = site({ ...limits, tailEntriesMax: 0, historyBytesMax: 0 });
    const store = await open();
    await fill(store, 1, 20);
    await store.checkpoint();
    await fill(store, 21, 40);

    const asked = [store.history({ limit: 100 }), store.history({ limit: 100, newestFirst: true })] as const;
    const [forwards, backwards] = await Promise.all([...asked, store.checkpoint()]);

    expect(forwards).toEqual(all.slice((forwards[0]?.seq ?? 1) - 1));
    expect([...backwards].reverse()).toEqual(all.slice((backwards.at(-1)?.seq ?? 1) - 1));
    expect(forwards.length).toBeLessThan(40); // some were dropped before they were read
  });
});

describe('old segments', () => {
  test('are kept up to a number of bytes, and not beyond', async () => {
    const historyBytesMax = 4_000;
    const { open, fileSystem, segments } = site({
      segmentBytesMax: 900,
      reserveBytes: 0,
      tailEntriesMax: 0,
      historyBytesMax,
    });
    const store = await open();
    await fill(store, 1, 60);
    await store.checkpoint();
    await store.append([entryOf(61)]);
    const before = await segments();

    await store.checkpoint();

    const bytesOf = (names: readonly string[]) =>
      names.reduce((sum, name) => sum + fileSystem.content(`/data/journal/${name}`).length, 0);
    const closed = (await segments()).slice(0, -1);
    expect(before.length).toBeGreaterThan(closed.length + 4);
    expect(bytesOf(closed)).toBeLessThanOrEqual(historyBytesMax);
    expect(bytesOf(closed)).toBeGreaterThan(historyBytesMax - 1_400); // another one would be too much
    const shown = await store.history({ limit: 100 });
    expect(shown).toEqual(pastOf(entriesOf(1, 61)).slice((shown[0]?.seq as number) - 1));
    expect(shown[0]?.seq).toBe(Number.parseInt(closed[0] as string, 10));
  });

  test.each(['the store that wrote them', 'one that was opened later'])(
    'go when all that is in them is too old: in %s',
    async (which) => {
      const { open, time, firstSeqs } = site({ segmentBytesMax: 900, tailEntriesMax: 0, historyMsMax: 1_000 });
      let store = await open();
      await fill(store, 1, 40); // at noon + 1 to noon + 40
      await store.checkpoint();
      if (which !== 'the store that wrote them') {
        await store.close();
        store = await open();
      }
      const firsts = await firstSeqs();
      const [, , third, fourth] = firsts as [number, number, number, number];

      time.now = noon + 1_000 + third; // the newest entry of the second segment is older than that, the third begins just then
      await store.append([entryOf(41)]);
      await store.checkpoint();
      expect(await firstSeqs()).toEqual(firsts.slice(1)); // the second segment ends with an entry that is not too old
      time.now = noon + 1_000 + third + 1;
      await store.append([entryOf(42)]);
      await store.checkpoint();
      expect((await firstSeqs())[0]).toBe(third);
      time.now = noon + 1_000 + fourth + 1;
      await store.append([entryOf(43)]);
      await store.checkpoint();
      expect((await firstSeqs())[0]).toBe(fourth);

      expect(await store.history({ limit: 100 })).toEqual(pastOf(entriesOf(1, 43)).slice(fourth - 1));
    },
  );

  test('go for their age although the segment after them was begun by a store that wrote nothing', async () => {
    const { open, time, firstSeqs, fileSystem } = site({ segmentBytesMax: 4_000, historyMsMax: 1_000 });
    const first = await open();
    await fill(first, 1, 9);
    await first.close();
    await fileSystem.open('/data/journal/000000000010.log', 'create');
    const store = await open();
    await store.checkpoint();
    await fill(store, 10, 12);
    await store.checkpoint();
    expect(await firstSeqs()).toEqual([1, 10]);

    time.now = noon + 9_000;
    await store.append([entryOf(13)]);
    await store.checkpoint();

    expect(await firstSeqs()).toEqual([10]);
  });

  test('stay as long as the older copy of the checkpoint needs them, whatever their age and size', async () => {
    const { open, time, firstSeqs } = site({ segmentBytesMax: 900, historyMsMax: 0, historyBytesMax: 0 });
    const store = await open();
    await fill(store, 1, 20);
    time.now = noon + 1e6;
    await store.checkpoint();
    expect((await firstSeqs())[0]).toBe(1);
    await fill(store, 21, 40);
    await store.checkpoint();

    const [oldest, next] = (await firstSeqs()) as [number, number];
    expect(oldest).toBeLessThanOrEqual(21);
    expect(next).toBeGreaterThan(21);
  });
});

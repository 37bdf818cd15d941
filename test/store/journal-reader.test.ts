/** Whoever looks at a directory from outside sees what is there, damage included, and leaves no trace. */
import { describe, expect, test } from 'vitest';
import { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import { inspectDirectory, type JournalItem, type JournalQuery, readJournal } from '../../src/store/journal-reader.ts';
import { entriesOf, entryOf, fixedClock, noon, OneProcess, pastOf } from './fixtures.ts';
import { firstSegment, flip, frameStarts, stored } from './stored.ts';

const limits = { segmentBytesMax: 900, tailEntriesMax: 0 };

async function itemsOf(fileSystem: CrashFileSystem, query: Partial<JournalQuery> = {}): Promise<JournalItem[]> {
  const operations = fileSystem.operations;
  const items: JournalItem[] = [];
  for await (const item of readJournal({ directory: '/data', fileSystem, ...query })) items.push(item);
  expect(fileSystem.operations, 'a reader changes nothing').toBe(operations);
  return items;
}

const entriesIn = (items: readonly JournalItem[]) =>
  items.flatMap((item) => (item.kind === 'entry' ? [item.entry] : []));
const othersIn = (items: readonly JournalItem[]) => items.filter(({ kind }) => kind !== 'entry');

const segmentNames = async (fileSystem: CrashFileSystem) => [...(await fileSystem.list('/data/journal'))].sort();

describe('reading a journal from outside', () => {
  test('answers every entry of a sound one with its place', async () => {
    const { fileSystem } = await stored(16, { limits, checkpoints: [7] });
    const names = await segmentNames(fileSystem);

    const items = await itemsOf(fileSystem);

    expect(entriesIn(items)).toEqual(pastOf(entriesOf(1, 16)));
    expect(othersIn(items)).toEqual([]);
    for (const [index, { segment, offset }] of items.entries()) {
      expect(segment).toBe(names.findLast((name) => Number.parseInt(name, 10) <= index + 1));
      expect(frameStarts(fileSystem.content(`/data/journal/${segment}`))).toContain(offset);
    }
  });

  test.each([0, 1, 6, 15, 16, 99])('answers those after entry %i, and those of one instance', async (afterSeq) => {
    const { fileSystem } = await stored(16, { limits });
    const after = pastOf(entriesOf(1, 16)).slice(afterSeq);

    expect(entriesIn(await itemsOf(fileSystem, { afterSeq }))).toEqual(after);
    const ofOne = entriesIn(await itemsOf(fileSystem, { afterSeq, key: 'door-1' }));
    expect(ofOne).toEqual(after.filter(({ key }) => key === 'door-1'));
    expect(await itemsOf(fileSystem, { afterSeq, key: 'nobody' })).toEqual([]);
  });

  test('tells a torn end, and nothing of the room behind it', async () => {
    const { fileSystem } = await stored(4);
    const content = fileSystem.content(firstSegment);
    const lastStart = frameStarts(content).at(-1) as number;
    fileSystem.tamper(firstSegment, () => Buffer.concat([content.subarray(0, lastStart + 50)], content.length + 4_096));

    const items = await itemsOf(fileSystem);

    expect(entriesIn(items)).toEqual(pastOf(entriesOf(1, 3)));
    expect(othersIn(items)).toEqual([{ kind: 'torn', segment: '000000000001.log', offset: lastStart, bytes: 50 }]);
  });

  test('goes past damage, and tells it with what is missing and what builds on it', async () => {
    const { fileSystem } = await stored(9);
    const starts = frameStarts(fileSystem.content(firstSegment)) as number[];
    const [, , , fourth, fifth, , seventh] = starts as [number, number, number, number, number, number, number];
    fileSystem.tamper(firstSegment, flip(fourth + 50));

    const items = await itemsOf(fileSystem);

    const sound = pastOf(entriesOf(1, 9)).filter(({ seq }) => ![4, 7].includes(seq));
    expect(entriesIn(items)).toEqual(sound);
    const segment = '000000000001.log';
    expect(othersIn(items)).toEqual([
      { kind: 'damage', segment, offset: fourth, bytes: fifth - fourth, reason: 'a checksum that does not match' },
      { kind: 'gap', segment, offset: fifth, fromSeq: 4, toSeq: 4 },
      { kind: 'orphan', segment, offset: seventh, seq: 7, key: 'door-1' },
    ]);
  });

  test('tells a missing segment, and the end of one that is cut off before another', async () => {
    const { fileSystem } = await stored(16, { limits });
    const [first, second, third] = (await segmentNames(fileSystem)) as [string, string, string];
    const [from, to] = [Number.parseInt(second, 10), Number.parseInt(third, 10) - 1];
    await fileSystem.remove(`/data/journal/${second}`);
    fileSystem.tamper(firstSegment, (content) => content.subarray(0, content.length - 9));

    const items = await itemsOf(fileSystem);

    const lastStart = frameStarts(fileSystem.content(firstSegment)).at(-1) as number;
    expect(othersIn(items)).toMatchObject([
      { kind: 'damage', segment: first, offset: lastStart },
      { kind: 'gap', segment: third, offset: 0, fromSeq: from - 1, toSeq: to },
    ]);
    const sound = pastOf(entriesOf(1, 16)).filter(({ seq }) => seq < from - 1 || seq > to);
    expect(entriesIn(items)).toEqual(sound);
  });

  test('tells of what is lost before a segment into which nothing was written yet', async () => {
    const { fileSystem } = await stored(4);
    await fileSystem.open('/data/journal/000000000007.log', 'create');

    expect(othersIn(await itemsOf(fileSystem))).toEqual([
      { kind: 'gap', segment: '000000000007.log', offset: 0, fromSeq: 5, toSeq: 6 },
    ]);
  });

  test('beside the store that writes it sees only whole entries, and the store goes on', async () => {
    const fileSystem = new CrashFileSystem();
    const store = await openEmbeddedStore({
      directory: '/data',
      clock: fixedClock,
      fileSystem,
      processes: new OneProcess(),
      limits: { ...limits, checkpointBytes: 2_000, historyBytesMax: 2_000 },
    });
    let read = 0;
    for (let seq = 1; seq <= 60; seq++) {
      const append = store.append([entryOf(seq)]);
      const items = [];
      for await (const item of readJournal({ directory: '/data', fileSystem })) items.push(item);
      await append;
      const entries = entriesIn(items);
      expect(othersIn(items).filter(({ kind }) => kind !== 'torn')).toEqual([]);
      expect(entries).toEqual(pastOf(entriesOf(1, seq)).slice((entries[0]?.seq ?? 1) - 1, entries.at(-1)?.seq ?? 0));
      read += entries.length;
    }

    expect(read).toBeGreaterThan(200);
    expect(await segmentNames(fileSystem)).not.toContain('000000000001.log');
    await store.close();
  });

  test('sees a flush that is not durable yet as it is written', async () => {
    const { fileSystem, open } = await stored(2);
    const store = await open();
    const release = fileSystem.holdSyncs();
    const append = store.append([entryOf(3)]);
    await new Promise((resolve) => setImmediate(resolve));

    expect(entriesIn(await itemsOf(fileSystem)).map(({ seq }) => seq)).toEqual([1, 2, 3]);

    release();
    await append;
  });
});

describe('inspecting a directory', () => {
  const inspect = async (fileSystem: CrashFileSystem, processes = new OneProcess()) => {
    const operations = fileSystem.operations;
    const report = await inspectDirectory({ directory: '/data', fileSystem, processes });
    expect(fileSystem.operations, 'it changes nothing').toBe(operations);
    return report;
  };

  test('says who owns it: nobody, the one that runs, the one that died', async () => {
    const { fileSystem, open } = await stored(1);
    const processes = new OneProcess();
    expect((await inspect(fileSystem, processes)).holder).toBeNull();

    await open();
    const holder = { pid: 100, host: 'site-pc', since: '2026-03-14T12:00:00.000Z' };
    expect((await inspect(fileSystem, processes)).holder).toEqual({ ...holder, isAlive: true });

    processes.restart();
    expect((await inspect(fileSystem, processes)).holder).toEqual({ ...holder, isAlive: false });
  });

  test('lists copies of the checkpoint, segments, and what was put aside', async () => {
    const { fileSystem, open } = await stored(16, { limits, checkpoints: [4, 9] });
    const segments = async () =>
      (await segmentNames(fileSystem)).map((name) => {
        const path = `/data/journal/${name}`;
        return { path, firstSeq: Number.parseInt(name, 10), bytes: fileSystem.content(path).length };
      });
    const [newest, previous] = ['/data/checkpoint.json', '/data/checkpoint.previous.json'];
    const copy = { unreadable: null, savedAt: noon, instances: 3 };

    expect(await inspect(fileSystem)).toEqual({
      holder: null,
      checkpoints: [
        { ...copy, path: newest, lastSeq: 9 },
        { ...copy, path: previous, lastSeq: 4 },
      ],
      segments: await segments(),
      damaged: [],
    });

    fileSystem.tamper(newest as string, flip(40));
    expect((await inspect(fileSystem)).checkpoints).toMatchObject([
      { path: newest, unreadable: expect.stringMatching(/./), lastSeq: 0, instances: 0 },
      { path: previous, unreadable: null, lastSeq: 4 },
    ]);
    await (await open(true)).close();
    const report = await inspect(fileSystem);
    expect(report.damaged).toEqual([expect.stringMatching(/^\d+-checkpoint\.json$/)]);
    expect(report.checkpoints.map(({ lastSeq }) => lastSeq)).toEqual([16, 16]);
    expect(report.segments).toEqual(await segments());
  });

  test('of a folder in which no store ever was finds nothing', async () => {
    const fileSystem = new CrashFileSystem();
    await fileSystem.makeDirectory('/data');

    expect(await inspect(fileSystem)).toEqual({ holder: null, checkpoints: [], segments: [], damaged: [] });
  });
});

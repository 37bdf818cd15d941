/** A salvage keeps every entry that is sound, says what it gave up, and leaves a directory that opens. */
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import type { Unflushed } from '../../src/simulation/disk/inode.ts';
import type { Salvaged } from '../../src/store/store.ts';
import { entriesOf, entryOf, foldOf, pastOf } from './fixtures.ts';
import { firstSegment, flip, frameStarts, stored } from './stored.ts';

const limits = { segmentBytesMax: 900, tailEntriesMax: 0 };
const count = 16;

const segmentPaths = async (fileSystem: CrashFileSystem) =>
  [...(await fileSystem.list('/data/journal'))].sort().map((name) => `/data/journal/${name}`);

const firstSeqOf = (path: string) => Number.parseInt(basename(path), 10);

/** What must come out when these entries are lost, worked out from the entries alone. */
function expectedOf(lost: ReadonlySet<number>, segmentStarts: readonly number[], foldedSeq = 0) {
  const segmentOf = (seq: number) => segmentStarts.findLastIndex((start) => start <= seq);
  const records = new Map<string, unknown>(foldOf(entriesOf(1, foldedSeq)));
  const newest = new Map<string, { readonly seq: number; readonly isSound: boolean }>();
  const behind = new Set<string>();
  let entriesLost = 0;
  for (const { seq, key, record } of entriesOf(1, count)) {
    const before = newest.get(key);
    const isFirst = before === undefined || segmentOf(before.seq) !== segmentOf(seq);
    const isKnown = isFirst || before.isSound || before.seq <= foldedSeq;
    const isSound = !lost.has(seq) && isKnown;
    newest.set(key, { seq, isSound });
    if (seq <= foldedSeq) continue;
    if (!isSound) entriesLost += 1;
    if (isSound) behind.delete(key);
    else if (!lost.has(seq)) behind.add(key); // of a lost entry nobody knows whose it was
    if (isSound) records.set(key, record);
  }
  return { records, salvaged: { entriesLost, rolledBack: [...behind].sort(), unknownBefore: null } };
}

type Site = Awaited<ReturnType<typeof stored>>;

/** Salvages, and checks that the directory is one that opens, goes on and comes back afterwards. */
async function salvageAndGoOn({
  open,
  fileSystem,
}: Site): Promise<{ salvaged: Salvaged | undefined; records: ReadonlyMap<string, unknown>; lastSeq: number }> {
  const store = await open(true);
  const { salvaged, records, lastSeq } = store.recovered;
  await store.close();

  const next = await open();
  expect(next.recovered).toMatchObject({ lastSeq, tornBytes: 0, records });
  await next.append([entryOf(lastSeq + 1), entryOf(lastSeq + 2, 'new')]);
  for (const seq of [3, 4, 5]) await next.append([entryOf(lastSeq + seq)]);
  const added = [entryOf(lastSeq + 1), entryOf(lastSeq + 2, 'new'), ...[3, 4, 5].map((seq) => entryOf(lastSeq + seq))];
  const past = await next.history({ afterSeq: lastSeq, limit: 100 });
  expect(past.map(({ before: _, ...entry }) => entry)).toEqual(added);
  for (const entry of past) {
    const earlier = added.findLast(({ seq, key }) => seq < entry.seq && key === entry.key);
    expect(entry.before).toEqual(earlier?.record ?? records.get(entry.key) ?? null);
  }
  await next.checkpoint();
  await next.close();

  const last = await open(true);
  expect(last.recovered.salvaged).toBeUndefined();
  expect(last.recovered.records).toEqual(new Map([...records, ...foldOf(added)]));
  await last.close();
  expect(await fileSystem.list('/data')).toContain('checkpoint.json');
  return { salvaged, records, lastSeq };
}

describe('a flipped bit in the middle', () => {
  test('costs its entry and those that build on it, and nothing else', async () => {
    const site = await stored(12);
    const [, , , , fifth] = frameStarts(site.fileSystem.content(firstSegment)) as number[];
    site.fileSystem.tamper(firstSegment, flip((fifth as number) + 60));
    const damaged = site.fileSystem.content(firstSegment);
    await expect(site.open()).rejects.toMatchObject({ code: 'SW_JOURNAL_CORRUPT' });

    const { salvaged, records, lastSeq } = await salvageAndGoOn(site);

    // 5 is damaged; 8 and 11 say what changed since 5.
    const [two, ten, twelve] = [entryOf(2), entryOf(10), entryOf(12)];
    expect(records).toEqual(
      new Map([
        ['door-2', two.record],
        ['door-1', ten.record],
        ['door-0', twelve.record],
      ]),
    );
    expect(lastSeq).toBe(12);
    expect(salvaged).toEqual({ entriesLost: 3, rolledBack: ['door-2'], unknownBefore: null, files: [firstSegment] });
    const [aside, ...others] = await site.fileSystem.list('/data/damaged');
    expect(others).toEqual([]);
    expect(aside).toMatch(/^\d+-000000000001\.log$/);
    expect(site.fileSystem.content(`/data/damaged/${aside}`)).toEqual(damaged);
  });

  test.each([0, 5, 10])('in any frame, with a checkpoint after entry %i', async (foldedSeq) => {
    let frames = 0;
    const sample = await stored(count, { limits, checkpoints: [foldedSeq] });
    const paths = await segmentPaths(sample.fileSystem);
    const starts = paths.map(firstSeqOf);
    expect(starts.length).toBeGreaterThan(3);
    for (const path of paths)
      for (const [index, offset] of frameStarts(sample.fileSystem.content(path)).entries()) {
        const seq = firstSeqOf(path) + index;
        if (seq === count) continue; // the last of all would be a torn end
        const site = await stored(count, { limits, checkpoints: [foldedSeq] });
        site.fileSystem.tamper(path, flip(offset + ((seq * 13) % 100)));

        const { salvaged, records, lastSeq } = await salvageAndGoOn(site);

        const expected = expectedOf(new Set([seq]), starts, foldedSeq);
        expect(records, `entry ${seq}`).toEqual(expected.records);
        expect(salvaged, `entry ${seq}`).toEqual({ ...expected.salvaged, files: [path] });
        expect(lastSeq).toBe(count);
        frames += 1;
      }
    expect(frames).toBe(count - 1);
  });

  test('leaves the history of the sound segments readable', async () => {
    const site = await stored(count, { limits });
    const [, second, third] = (await segmentPaths(site.fileSystem)) as [string, string, string];
    site.fileSystem.tamper(second, flip(30));

    const store = await site.open(true);

    const past = await store.history({ limit: 100 });
    const isKept = ({ seq }: { readonly seq: number }) => seq < firstSeqOf(second) || seq >= firstSeqOf(third);
    expect(past).toEqual(pastOf(entriesOf(1, count)).filter(isKept));
  });
});

describe('a missing segment', () => {
  test('in the middle costs its entries; later segments tell the whole records again', async () => {
    const paths = await segmentPaths((await stored(count, { limits })).fileSystem);
    for (const [index, path] of paths.entries()) {
      if (index === 0 || index === paths.length - 1) continue;
      const site = await stored(count, { limits });
      await site.fileSystem.remove(path);

      const { salvaged, records, lastSeq } = await salvageAndGoOn(site);

      const [from, to] = [firstSeqOf(path), firstSeqOf(paths[index + 1] as string)];
      const lost = new Set(entriesOf(from, to - 1).map(({ seq }) => seq));
      const expected = expectedOf(lost, paths.map(firstSeqOf));
      expect(records).toEqual(expected.records);
      expect(salvaged).toEqual({ ...expected.salvaged, entriesLost: lost.size, files: [] });
      expect(lastSeq).toBe(count);
      expect(await site.fileSystem.list('/data')).not.toContain('damaged');
    }
  });

  test('at the beginning leaves unknown what no later one repeats', async () => {
    const site = await stored(count, { limits });
    const paths = await segmentPaths(site.fileSystem);
    await site.fileSystem.remove(firstSegment);

    const { salvaged, records } = await salvageAndGoOn(site);

    expect(records).toEqual(foldOf(entriesOf(1, count)));
    const unknownBefore = firstSeqOf(paths[1] as string);
    expect(salvaged).toEqual({ entriesLost: 0, rolledBack: [], unknownBefore, files: [] });
  });
});

describe('a damaged checkpoint', () => {
  const paths = ['/data/checkpoint.json', '/data/checkpoint.previous.json'];

  /** A journal that begins behind entry 1, which is the only one of its instance. */
  async function cutShort() {
    const site = await stored(0, { limits: { ...limits, historyBytesMax: 0 } });
    const store = await site.open();
    await store.append([entryOf(1, 'quiet')]);
    for (const entry of entriesOf(2, 24)) {
      await store.append([entry]);
      if (entry.seq % 8 === 0) await store.checkpoint();
    }
    await store.close();
    return site;
  }

  test('in both copies, beside a journal that begins later, leaves what the journal tells', async () => {
    const site = await cutShort();
    const [oldest] = (await segmentPaths(site.fileSystem)) as [string];
    expect(firstSeqOf(oldest)).toBeGreaterThan(2);
    for (const path of paths) site.fileSystem.tamper(path, flip(40));
    await expect(site.open()).rejects.toMatchObject({ code: 'SW_CHECKPOINT_CORRUPT' });

    const { salvaged, records, lastSeq } = await salvageAndGoOn(site);

    expect(records).toEqual(foldOf(entriesOf(2, 24)));
    expect(lastSeq).toBe(24);
    expect(salvaged).toEqual({ entriesLost: 0, rolledBack: [], unknownBefore: firstSeqOf(oldest), files: paths });
    const aside = (await site.fileSystem.list('/data/damaged')).map((name) => name.replace(/^\d+-/, ''));
    expect(aside.sort()).toEqual(paths.map((path) => basename(path)).sort());
  });

  test('in both copies, and no journal: nothing is left but an empty store', async () => {
    const site = await cutShort();
    for (const path of paths) site.fileSystem.tamper(path, flip(40));
    for (const path of await segmentPaths(site.fileSystem)) await site.fileSystem.remove(path);

    const { salvaged, records } = await salvageAndGoOn(site);

    expect([...records]).toEqual([]);
    expect(salvaged).toMatchObject({ files: paths });
  });

  test.each(paths)('in one copy costs nothing: %s', async (path) => {
    const site = await cutShort();
    site.fileSystem.tamper(path, flip(40));

    const { salvaged, records } = await salvageAndGoOn(site);

    expect(records).toEqual(foldOf([entryOf(1, 'quiet'), ...entriesOf(2, 24)]));
    expect(salvaged).toEqual({ entriesLost: 0, rolledBack: [], unknownBefore: null, files: [path] });
  });

  test('with nothing beside it is whole, and the journal begins behind it', async () => {
    const site = await stored(6, { checkpoints: [6] });
    await site.fileSystem.remove(firstSegment);

    const { salvaged, records, lastSeq } = await salvageAndGoOn(site);

    expect(records).toEqual(foldOf(entriesOf(1, 6)));
    expect(lastSeq).toBe(6);
    expect(salvaged).toEqual({ entriesLost: 0, rolledBack: [], unknownBefore: null, files: [] });
  });
});

describe('a salvage', () => {
  test.each(['closed', 'crashed', 'torn'])('leaves a sound directory alone: %s', async (end) => {
    const site = await stored(9, { limits, checkpoints: [4] });
    if (end !== 'closed') {
      const store = await site.open();
      await store.append([entryOf(10)]);
      site.fileSystem.restart({ kind: 'kept' });
    }
    const last = (await segmentPaths(site.fileSystem)).at(-1) as string;
    if (end === 'torn') site.fileSystem.tamper(last, (content) => content.subarray(0, content.lastIndexOf(0x7d) - 5));
    const checkpoint = site.fileSystem.content('/data/checkpoint.json');
    const segments = await segmentPaths(site.fileSystem);
    // The process that crashed is not alive: `open` makes a new table of processes each time, in which it has the same number.
    for (const name of await site.fileSystem.list('/data'))
      if (name.startsWith('lock')) await site.fileSystem.remove(`/data/${name}`);

    const { recovered } = await site.open(true);

    expect(recovered.salvaged).toBeUndefined();
    expect(recovered.lastSeq).toBe(end === 'crashed' ? 10 : 9);
    expect(recovered.tornBytes > 0).toBe(end === 'torn');
    expect(site.fileSystem.content('/data/checkpoint.json')).toEqual(checkpoint);
    expect(await segmentPaths(site.fileSystem)).toEqual(segments);
    expect(await site.fileSystem.list('/data')).not.toContain('damaged');
  });

  test('is not asked for by itself', async () => {
    const site = await stored(9, { limits });
    site.fileSystem.tamper(firstSegment, flip(30));

    await expect(site.open()).rejects.toThrow('syncwarden journal check --data /data --salvage');

    expect(await site.fileSystem.list('/data')).not.toContain('damaged');
  });

  test('opens a damaged segment behind which one was begun, and nothing written', async () => {
    const site = await stored(5);
    const content = site.fileSystem.content(firstSegment);
    site.fileSystem.tamper(firstSegment, flip(frameStarts(content).at(-1) as number));
    await site.fileSystem.open('/data/journal/000000000006.log', 'create');

    const { salvaged, records } = await salvageAndGoOn(site);

    expect(records).toEqual(foldOf(entriesOf(1, 4)));
    expect(salvaged).toEqual({ entriesLost: 1, rolledBack: [], unknownBefore: null, files: [firstSegment] });
  });

  test('opens a journal that begins later and holds nothing whole', async () => {
    const site = await stored(5);
    await site.fileSystem.rename(firstSegment, '/data/journal/000000000007.log');
    site.fileSystem.tamper('/data/journal/000000000007.log', (content) => content.subarray(0, 40));

    const { salvaged, records } = await salvageAndGoOn(site);

    expect([...records]).toEqual([]);
    expect(salvaged).toMatchObject({ unknownBefore: 7 });
  });

  test.each([5, 6])(
    'opens a segment of which a whole frame is gone without a trace: the third of %i',
    async (written) => {
      const site = await stored(written);
      const content = site.fileSystem.content(firstSegment);
      const [, , third, fourth] = frameStarts(content) as number[];
      site.fileSystem.tamper(firstSegment, () => Buffer.concat([content.subarray(0, third), content.subarray(fourth)]));

      const { salvaged, records } = await salvageAndGoOn(site);

      expect(records).toEqual(foldOf([entryOf(4), entryOf(5)]));
      const rolledBack = written === 6 ? ['door-0'] : []; // 6 says what changed since 3
      expect(salvaged).toEqual({ entriesLost: written - 4, rolledBack, unknownBefore: null, files: [firstSegment] });
    },
  );

  test('goes past a segment that is called like the next entry', async () => {
    const site = await stored(5);
    const content = site.fileSystem.content(firstSegment);
    await site.fileSystem.open('/data/journal/000000000006.log', 'create');
    site.fileSystem.tamper('/data/journal/000000000006.log', () => content);
    site.fileSystem.tamper(firstSegment, flip(30));

    const { salvaged, records } = await salvageAndGoOn(site);

    expect(records).toEqual(foldOf(entriesOf(2, 3).concat(entryOf(5))));
    expect(salvaged?.files).toEqual([firstSegment, '/data/journal/000000000006.log']);
  });

  test.each<Unflushed>([{ kind: 'lost' }, { kind: 'names' }, { kind: 'kept' }, { kind: 'torn', bytes: 40 }])(
    'that a crash ends anywhere is ended by the next one, when what is not flushed is $kind',
    async (unflushed) => {
      const wreck = async () => {
        const site = await stored(count, { limits, checkpoints: [4, 6] });
        const segments = await segmentPaths(site.fileSystem);
        const [, second, third] = segments as [string, string, string];
        for (const path of [second, third]) site.fileSystem.tamper(path, flip(30));
        site.fileSystem.tamper('/data/checkpoint.json', flip(40));
        return site;
      };
      const whole = await wreck();
      const begun = whole.fileSystem.operations;
      const expected = (await whole.open(true)).recovered;
      const operations = whole.fileSystem.operations - begun;
      expect(expected.salvaged).toMatchObject({ unknownBefore: null });
      expect(expected.salvaged?.files).toHaveLength(3);
      expect(operations).toBeGreaterThan(30);

      for (let crashAt = 1; crashAt <= operations; crashAt++) {
        const site = await wreck();
        site.fileSystem.crashAfter(crashAt);
        await site.open(true).then(
          () => {},
          (error: Error) => expect(`${error} ${error.cause}`).toContain('ECRASHED'),
        );
        site.fileSystem.restart(unflushed);
        for (const name of await site.fileSystem.list('/data'))
          if (name.startsWith('lock')) await site.fileSystem.remove(`/data/${name}`);

        const { records, lastSeq } = await salvageAndGoOn(site);

        expect(lastSeq, `operation ${crashAt}`).toBe(expected.lastSeq);
        expect(records, `operation ${crashAt}`).toEqual(expected.records);
      }
    },
  );
});

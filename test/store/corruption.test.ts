/** Damage that a crash cannot have done must stop the opening, and say where it is. */
import { describe, expect, test } from 'vitest';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { CrashFileSystem } from './crash-file-system.ts';
import { entriesOf, fixedClock, foldOf, OneProcess } from './fixtures.ts';

const firstSegment = '/data/journal/000000000001.log';

/** A closed store of single flushes; `checkpoints` says after which entries one was written. */
async function stored(count: number, options: { limits?: Partial<StoreLimits>; checkpoints?: readonly number[] } = {}) {
  const fileSystem = new CrashFileSystem();
  const { limits = {}, checkpoints = [] } = options;
  const open = () =>
    openEmbeddedStore({ directory: '/data', clock: fixedClock, fileSystem, processes: new OneProcess(), limits });
  const store = await open();
  for (const entry of entriesOf(1, count)) {
    await store.append([entry]);
    if (checkpoints.includes(entry.seq)) await store.checkpoint();
  }
  await store.close();
  return { fileSystem, open };
}

const flip = (at: number) => (content: Buffer) => {
  content[at] = (content[at] as number) ^ 0x01;
  return content;
};

describe('a damaged journal', () => {
  test('a flipped bit anywhere but in the last record is refused with file and offset', async () => {
    const { fileSystem, open } = await stored(4);
    const content = fileSystem.content(firstSegment);
    const starts = [0, ...[...content.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1)];
    const lastStart = starts.at(-2) as number;

    for (let at = 0; at < lastStart; at++) {
      fileSystem.tamper(firstSegment, () => flip(at)(Buffer.from(content)));
      const start = starts.findLast((candidate) => candidate <= at);
      await expect(open(), `bit at ${at}`).rejects.toMatchObject({
        code: 'SW_JOURNAL_CORRUPT',
        message: expect.stringMatching(`${firstSegment}: expected a good record at byte ${start},`),
      });
    }
    expect(lastStart).toBeGreaterThan(300);
  });

  test('a flipped bit inside one flush of many is not taken for its torn end', async () => {
    const { fileSystem, open } = await stored(0);
    const store = await open();
    await store.append(entriesOf(1, 5));
    await store.close();

    fileSystem.tamper(firstSegment, flip(200));

    await expect(open()).rejects.toMatchObject({ code: 'SW_JOURNAL_CORRUPT' });
  });

  test('a hole of NULs in a flush that a later one followed is refused', async () => {
    const { fileSystem, open } = await stored(4);

    fileSystem.tamper(firstSegment, (content) => content.fill(0, 150, 170));

    await expect(open()).rejects.toMatchObject({ code: 'SW_JOURNAL_CORRUPT' });
  });

  test('leaves the files as they were and gives the lock up', async () => {
    const { fileSystem, open } = await stored(4);
    fileSystem.tamper(firstSegment, flip(20));
    const before = fileSystem.content(firstSegment);

    await expect(open()).rejects.toMatchObject({ code: 'SW_JOURNAL_CORRUPT' });

    expect(fileSystem.content(firstSegment)).toEqual(before);
    await expect(open()).rejects.toMatchObject({ code: 'SW_JOURNAL_CORRUPT' }); // not SW_DATA_LOCKED
  });

  test('a torn end of a segment that has a successor is refused', async () => {
    const { fileSystem, open } = await stored(9, { limits: { segmentBytesMax: 300 } });

    fileSystem.tamper(firstSegment, (content) => content.subarray(0, content.length - 5));

    await expect(open()).rejects.toThrow('although a later segment exists');
  });

  test('a missing segment is refused by the entry it begins with', async () => {
    const { fileSystem, open } = await stored(9, { limits: { segmentBytesMax: 300 } });
    const names = [...(await fileSystem.list('/data/journal'))].sort();

    await fileSystem.remove(`/data/journal/${names[1]}`);

    await expect(open()).rejects.toMatchObject({
      code: 'SW_JOURNAL_CORRUPT',
      message: expect.stringContaining(`a segment with entry ${Number.parseInt(names[1] as string, 10)}`),
    });
  });

  test('an empty journal beside a checkpoint is a loss, and the advice in the message heals it', async () => {
    const { fileSystem, open } = await stored(4, { checkpoints: [4] });
    await fileSystem.remove(firstSegment);

    const message = await open().catch((error: Error) => error.message);

    expect(message).toContain('create the empty file /data/journal/000000000005.log');
    await fileSystem.open('/data/journal/000000000005.log', 'create');
    const { recovered } = await open();
    expect(recovered.records).toEqual(foldOf(entriesOf(1, 4)));
  });
});

describe('a damaged checkpoint', () => {
  const halve = (content: Buffer) => content.subarray(0, content.length / 2);

  test('any flipped bit sends the opening to the previous copy', async () => {
    const { fileSystem, open } = await stored(9, { checkpoints: [3, 6] });
    const content = fileSystem.content('/data/checkpoint.json');

    for (let at = 0; at < content.length - 3; at += 3) {
      fileSystem.tamper('/data/checkpoint.json', () => flip(at)(Buffer.from(content)));
      const store = await open();
      expect(store.recovered.records).toEqual(foldOf(entriesOf(1, 9)));
      await store.close();
    }
  });

  test('that cannot be read never replaces the copy that can', async () => {
    const { fileSystem, open } = await stored(9, { checkpoints: [3, 6], limits: { segmentBytesMax: 300 } });
    fileSystem.tamper('/data/checkpoint.json', halve);

    const store = await open();
    await store.append(entriesOf(10, 12));
    await store.checkpoint();
    await store.close();
    fileSystem.tamper('/data/checkpoint.json', halve);

    expect((await open()).recovered.records).toEqual(foldOf(entriesOf(1, 12)));
  });

  test('both copies gone: a journal that begins with entry 1 tells everything', async () => {
    const { fileSystem, open } = await stored(9, { checkpoints: [3, 6] });
    fileSystem.tamper('/data/checkpoint.json', halve);
    fileSystem.tamper('/data/checkpoint.previous.json', halve);

    expect((await open()).recovered.records).toEqual(foldOf(entriesOf(1, 9)));
  });

  test('both copies gone and the journal cut short is refused', async () => {
    const limits = { segmentBytesMax: 300, historyBytesMax: 0 };
    const { fileSystem, open } = await stored(30, { checkpoints: [10, 20], limits });
    fileSystem.tamper('/data/checkpoint.json', halve);
    fileSystem.tamper('/data/checkpoint.previous.json', halve);

    await expect(open()).rejects.toMatchObject({
      code: 'SW_CHECKPOINT_CORRUPT',
      message: expect.stringContaining('checkpoint.previous.json'),
    });
  });

  test('missing beside a journal that begins later is refused', async () => {
    const limits = { segmentBytesMax: 300, historyBytesMax: 0 };
    const { fileSystem, open } = await stored(30, { checkpoints: [10, 20], limits });
    await fileSystem.remove('/data/checkpoint.json');
    await fileSystem.remove('/data/checkpoint.previous.json');

    await expect(open()).rejects.toMatchObject({ code: 'SW_CHECKPOINT_CORRUPT' });
  });
});

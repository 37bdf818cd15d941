/** Damage to the journal that a crash cannot have done must stop the opening, and say where it is. */
import { describe, expect, test } from 'vitest';
import { entriesOf, entryOf, foldOf, pastOf } from './fixtures.ts';
import { firstSegment, flip, frameStarts, stored } from './stored.ts';

describe('a damaged journal', () => {
  test('a flipped bit anywhere but in the last frame is refused with file and offset of its frame', async () => {
    const { fileSystem, open } = await stored(4);
    const content = fileSystem.content(firstSegment);
    const starts = frameStarts(content);
    const lastStart = starts.at(-1) as number;
    expect(starts).toHaveLength(4);

    for (let at = 0; at < lastStart; at++) {
      fileSystem.tamper(firstSegment, () => flip(at, at % 8)(Buffer.from(content)));
      const start = starts.findLast((candidate) => candidate <= at);
      await expect(open(), `bit at ${at}`).rejects.toMatchObject({
        code: 'SW_JOURNAL_CORRUPT',
        message: expect.stringMatching(`${firstSegment}: expected a good record at byte ${start},`),
      });
    }
    expect(lastStart).toBeGreaterThan(300);
  });

  test('any flipped bit of a header is noticed', async () => {
    const { fileSystem, open } = await stored(4);
    const content = fileSystem.content(firstSegment);
    const start = frameStarts(content)[1] as number;

    for (let at = start; at <= content.indexOf(0x0a, start); at++)
      for (let bit = 0; bit < 8; bit++) {
        fileSystem.tamper(firstSegment, () => flip(at, bit)(Buffer.from(content)));
        await expect(open(), `bit ${bit} of byte ${at}`).rejects.toThrow(`at byte ${start},`);
      }
  });

  test('a flipped bit in the last frame cannot be told from a torn end, and never brings back half of it', async () => {
    const { fileSystem, open } = await stored(2);
    const last = await open();
    await last.append(entriesOf(3, 5));
    await last.close();
    const content = fileSystem.content(firstSegment);
    const lastStart = frameStarts(content).at(-1) as number;

    for (let at = lastStart; at < content.length; at += 3) {
      fileSystem.tamper(firstSegment, () => flip(at, at % 8)(Buffer.from(content)));
      const store = await open();
      expect(store.recovered).toMatchObject({ lastSeq: 2, tornBytes: content.length - lastStart });
      expect(store.recovered.records).toEqual(foldOf(entriesOf(1, 2)));
      await store.close();
    }
  });

  test('a flipped bit inside one flush of many is damage when a later flush is there', async () => {
    const { fileSystem, open } = await stored(0);
    const store = await open();
    await store.append(entriesOf(1, 5));
    await store.append([entryOf(6)]);
    await store.close();

    fileSystem.tamper(firstSegment, flip(200));

    await expect(open()).rejects.toThrow(
      'at byte 0, found a checksum that does not match, followed by the good entry 6',
    );
  });

  test('a frame that was written twice, or is missing without a trace, is refused', async () => {
    const { fileSystem, open } = await stored(4);
    const content = fileSystem.content(firstSegment);
    const [, second, third, fourth] = frameStarts(content) as [number, number, number, number];

    fileSystem.tamper(firstSegment, () => Buffer.concat([content.subarray(0, third), content.subarray(second)]));
    await expect(open()).rejects.toThrow(`at byte ${third}, found entry 2 where 3 must follow`);
    fileSystem.tamper(firstSegment, () => Buffer.concat([content.subarray(0, second), content.subarray(third)]));
    await expect(open()).rejects.toThrow(`at byte ${second}, found entry 3 where 2 must follow`);
    fileSystem.tamper(firstSegment, () => Buffer.concat([content.subarray(0, third), content.subarray(fourth)]));
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

  test('a torn end is cut off wherever it ends, with and without room behind it', async () => {
    const { fileSystem, open, warnings } = await stored(3);
    const content = fileSystem.content(firstSegment);
    const lastStart = frameStarts(content).at(-1) as number;

    for (let length = lastStart; length < content.length; length++)
      for (const room of [0, 4_096]) {
        fileSystem.tamper(firstSegment, () => Buffer.concat([content.subarray(0, length)], length + room));
        const store = await open();
        expect(store.recovered).toMatchObject({ lastSeq: 2, tornBytes: length - lastStart });
        expect(warnings.splice(0)).toEqual(length === lastStart ? [] : ['A torn end of the journal was cut off.']);
        await store.close();
        expect(fileSystem.content(firstSegment)).toEqual(content.subarray(0, lastStart));
      }
  });

  test('room at the end is no torn end, and is written into', async () => {
    const { fileSystem, open, warnings } = await stored(3);
    fileSystem.tamper(firstSegment, (content) => Buffer.concat([content], content.length + 4_096));

    const store = await open();
    expect(store.recovered).toMatchObject({ lastSeq: 3, tornBytes: 0 });
    await store.append([entryOf(4)]);
    await store.close();
    const reopened = await open();

    expect(reopened.recovered.records).toEqual(foldOf(entriesOf(1, 4)));
    expect(await reopened.history({ limit: 9 })).toEqual(pastOf(entriesOf(1, 4)));
    expect(warnings).toEqual([]);
  });

  test('a torn end of a segment that has a successor is refused, wherever it ends; room at it is not', async () => {
    const { fileSystem, open } = await stored(9, { limits: { segmentBytesMax: 700 } });
    const content = fileSystem.content(firstSegment);
    const lastStart = frameStarts(content).at(-1) as number;

    for (let length = lastStart + 1; length < content.length; length++) {
      fileSystem.tamper(firstSegment, () => content.subarray(0, length));
      await expect(open(), `${length} bytes`).rejects.toThrow('although a later segment exists');
    }
    fileSystem.tamper(firstSegment, () => content.subarray(0, lastStart)); // a whole frame is missing
    await expect(open()).rejects.toMatchObject({ code: 'SW_JOURNAL_CORRUPT' });
    fileSystem.tamper(firstSegment, () => Buffer.concat([content], content.length + 100));
    expect((await open()).recovered.records).toEqual(foldOf(entriesOf(1, 9)));
  });

  test('a missing segment is refused by the entry it begins with', async () => {
    const { fileSystem } = await stored(12, { limits: { segmentBytesMax: 700 } });
    const names = [...(await fileSystem.list('/data/journal'))].sort();
    expect(names.length).toBeGreaterThan(3);

    for (const name of names.slice(1, -1)) {
      const damaged = await stored(12, { limits: { segmentBytesMax: 700 } });
      await damaged.fileSystem.remove(`/data/journal/${name}`);
      await expect(damaged.open()).rejects.toMatchObject({
        code: 'SW_JOURNAL_CORRUPT',
        message: expect.stringContaining(`a segment with entry ${Number.parseInt(name, 10)}`),
      });
    }
  });

  test('the first segment missing without a checkpoint is refused', async () => {
    const { fileSystem, open } = await stored(9, { limits: { segmentBytesMax: 700 } });

    await fileSystem.remove(firstSegment);

    await expect(open()).rejects.toMatchObject({ code: 'SW_CHECKPOINT_CORRUPT' });
  });

  test('segments that the checkpoint holds already may be missing, the newest included', async () => {
    const { fileSystem, open } = await stored(12, { limits: { segmentBytesMax: 700 }, checkpoints: [12] });
    const names = [...(await fileSystem.list('/data/journal'))].sort();
    await fileSystem.remove(`/data/journal/${names.at(1)}`);
    await fileSystem.remove(`/data/journal/${names.at(-1)}`);

    const store = await open();
    expect(store.recovered).toMatchObject({ lastSeq: 12, tornBytes: 0 });
    await store.append([entryOf(13), entryOf(14)]);
    await store.close();

    const reopened = await open();
    expect(reopened.recovered.records).toEqual(foldOf(entriesOf(1, 14)));
    expect(await reopened.history({ afterSeq: 12, limit: 9 })).toEqual(pastOf(entriesOf(1, 14)).slice(12));
  });

  test('frames at the end that the checkpoint holds already may be missing: a new segment is begun behind them', async () => {
    const { fileSystem, open } = await stored(12, { checkpoints: [12] });
    const ninth = frameStarts(fileSystem.content(firstSegment))[8] as number;
    fileSystem.tamper(firstSegment, (content) => content.subarray(0, ninth));

    const store = await open();
    expect(store.recovered.lastSeq).toBe(12);
    await store.append([entryOf(13)]);
    await store.close();

    expect((await open()).recovered.records).toEqual(foldOf(entriesOf(1, 13)));
    expect(await fileSystem.list('/data/journal')).toContain('000000000013.log');
  });

  test('an empty journal beside a checkpoint is a loss, and the advice in the message heals it', async () => {
    const { fileSystem, open } = await stored(4, { checkpoints: [4] });
    await fileSystem.remove(firstSegment);

    const message = await open().catch((error: Error) => error.message);

    expect(message).toContain('syncwarden journal check --data /data --salvage');
    const { recovered } = await open(true);
    expect(recovered.records).toEqual(foldOf(entriesOf(1, 4)));
  });

  test('an old segment that rots after it was folded is told of by history alone', async () => {
    const limits = { segmentBytesMax: 700, tailEntriesMax: 0 };
    const { fileSystem, open } = await stored(12, { limits, checkpoints: [12] });
    fileSystem.tamper(firstSegment, flip(30));

    const store = await open();

    expect(store.recovered.records).toEqual(foldOf(entriesOf(1, 12)));
    await expect(store.history({ limit: 100 })).rejects.toMatchObject({ code: 'SW_JOURNAL_CORRUPT' });
    expect(await store.history({ afterSeq: 9, limit: 100 })).toEqual(pastOf(entriesOf(1, 12)).slice(9));
    await store.append([entryOf(13)]);
  });
});

/** A damaged copy of the checkpoint is stood in for by the other one and the journal, or stops the opening. */
import { describe, expect, test } from 'vitest';
import { entriesOf, foldOf } from './fixtures.ts';
import { flip, stored } from './stored.ts';

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
    const { fileSystem, open } = await stored(9, { checkpoints: [3, 6], limits: { segmentBytesMax: 700 } });
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
    const limits = { segmentBytesMax: 700, historyBytesMax: 0 };
    const { fileSystem, open } = await stored(30, { checkpoints: [10, 20], limits });
    fileSystem.tamper('/data/checkpoint.json', halve);
    fileSystem.tamper('/data/checkpoint.previous.json', halve);

    await expect(open()).rejects.toMatchObject({
      code: 'SW_CHECKPOINT_CORRUPT',
      message: expect.stringContaining('checkpoint.previous.json'),
    });
  });

  test('missing beside a journal that begins later is refused', async () => {
    const limits = { segmentBytesMax: 700, historyBytesMax: 0 };
    const { fileSystem, open } = await stored(30, { checkpoints: [10, 20], limits });
    await fileSystem.remove('/data/checkpoint.json');
    await fileSystem.remove('/data/checkpoint.previous.json');

    await expect(open()).rejects.toMatchObject({ code: 'SW_CHECKPOINT_CORRUPT' });
  });
});

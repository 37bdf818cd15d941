/** Watching exported files: by what the system tells, and by looking where it tells nothing. */
import { rename, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchFiles } from '../../../src/connectors/file/watch.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { type Folder, groupsJson, kinds, openFolder, peopleCsv } from './folder.ts';

const settleMs = 200;
const pollMs = 10_000;

describe('watching files', () => {
  let folder: Folder;
  let abort: AbortController;
  let clock: VirtualClock;
  let told: string[][];

  beforeEach(async () => {
    folder = await openFolder();
    await folder.write('person.csv', peopleCsv(2));
    await folder.write('group.jsonl', groupsJson(2));
    abort = new AbortController();
    clock = new VirtualClock();
    told = [];
  });
  afterEach(async () => {
    abort.abort();
    await folder.remove();
  });

  const watch = (listen: boolean) =>
    watchFiles(
      { clock, folder: folder.path, kinds, settleMs, pollMs, listen },
      (changed) => void told.push([...changed]),
      abort.signal,
    );
  const waitMs = () => (clock.nextDueAt ?? Number.POSITIVE_INFINITY) - clock.now();
  /** Waits until a look has been taken that set the next timer to this time or earlier. */
  const lookIn = (ms: number) => vi.waitFor(() => expect(waitMs()).toBeLessThanOrEqual(ms), { timeout: 10_000 });
  const toldOf = (...changed: string[][]) => vi.waitFor(() => expect(told).toEqual(changed), { timeout: 10_000 });

  test('tells of a file that was replaced by renaming, when it has rested', async () => {
    await watch(true);
    await folder.write('new.csv', peopleCsv(3));

    await rename(folder.file('new.csv'), folder.file('person.csv'));
    await lookIn(settleMs);
    expect(told).toEqual([]);
    await clock.advance(settleMs);

    await toldOf(['person']);
  });

  test('finds by looking what the system does not tell, and tells of several kinds at once', async () => {
    await watch(false);
    await folder.write('person.csv', peopleCsv(3));
    await folder.write('group.jsonl', groupsJson(3));

    await clock.advance(pollMs - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    await lookIn(settleMs);
    await clock.advance(settleMs);

    await toldOf(['person', 'group']);
  });

  test('tells nothing of files that stay as they are, and keeps looking', async () => {
    await watch(false);

    for (let polls = 0; polls < 3; polls += 1) {
      await clock.advance(pollMs);
      await vi.waitFor(() => expect(waitMs()).toBe(pollMs), { timeout: 10_000 });
    }

    expect(told).toEqual([]);
  });

  test('tells of a file that went and of one that came', async () => {
    await watch(false);

    await rm(folder.file('person.csv'));
    await clock.advance(pollMs);
    await lookIn(settleMs);
    await clock.advance(settleMs);
    await toldOf(['person']);
    await vi.waitFor(() => expect(waitMs()).toBe(pollMs), { timeout: 10_000 });

    await folder.write('person.csv', peopleCsv(4));
    await clock.advance(pollMs);
    await lookIn(settleMs);
    await clock.advance(settleMs);
    await toldOf(['person'], ['person']);
  });

  test('waits for a folder that does not exist yet', async () => {
    await folder.remove();

    await expect(watch(true)).resolves.toBeUndefined();
    expect(waitMs()).toBe(pollMs);
  });

  test('ends with the signal: nothing is scheduled and nothing told', async () => {
    await watch(true);

    abort.abort();
    await folder.write('person.csv', peopleCsv(3));
    await clock.advance(pollMs * 2);

    expect(clock.nextDueAt).toBeNull();
    expect(told).toEqual([]);
  });
});

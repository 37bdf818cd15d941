import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import { lockDirectory } from '../../src/store/directory-lock.ts';
import { type ProcessIdentity, type ProcessTable, systemProcesses } from '../../src/store/process-table.ts';
import { fixedClock } from './fixtures.ts';

/** A machine on which the listed processes live. */
async function site() {
  const fileSystem = new CrashFileSystem();
  await fileSystem.makeDirectory('/data');
  const alive = new Set<number>();
  const lock = (pid: number, host = 'site-pc') => {
    alive.add(pid);
    const processes: ProcessTable = {
      self: async () => ({ pid, start: null, host }),
      isAlive: async (other) => other.host !== host || alive.has(other.pid),
    };
    return lockDirectory({ fileSystem, processes, clock: fixedClock, directory: '/data' });
  };
  return { fileSystem, alive, lock };
}

describe('the lock of a data directory', () => {
  test('names its holder and since when', async () => {
    const { lock } = await site();
    await lock(7);

    await expect(lock(8)).rejects.toMatchObject({
      code: 'SW_DATA_LOCKED',
      message: expect.stringContaining('process 7, which has owned it since 2026-03-14T12:00:00.000Z'),
    });
  });

  test('of a dead holder is taken over, under a larger epoch', async () => {
    const { lock, alive, fileSystem } = await site();
    await lock(7);
    alive.delete(7);

    const taken = await lock(8);

    expect(taken.epoch).toBe(2);
    expect(await fileSystem.list('/data')).toEqual(['lock-000000000002.json', 'epoch-000000000002']);
  });

  test('of a dead holder goes to one of many takers, never to two', async () => {
    for (let round = 0; round < 50; round++) {
      const { lock, alive } = await site();
      await lock(1);
      alive.delete(1);

      const takers = await Promise.allSettled([2, 3, 4, 5, 6].map((pid) => lock(pid)));

      const winners = takers.filter(({ status }) => status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const taker of takers)
        if (taker.status === 'rejected') expect(taker.reason).toMatchObject({ code: 'SW_DATA_LOCKED' });
    }
  });

  test('a taker that slept through a whole ownership does not get the epoch of that owner', async () => {
    const { lock, fileSystem } = await site();
    let slept = false;
    const list = fileSystem.list.bind(fileSystem);
    fileSystem.list = async (path) => {
      const names = await list(path);
      if (!slept) {
        slept = true;
        await (await lock(8)).release(); // while the first taker holds an old list in its hands
      }
      return names;
    };

    const late = await lock(7);

    expect(late.epoch).toBe(2);
  });

  test('that its holder died in writing is no obstacle', async () => {
    const { lock, fileSystem } = await site();
    await fileSystem.open('/data/lock-000000000001.json', 'create');

    expect((await lock(8)).epoch).toBe(2);
  });

  test('on a shared folder, held by another machine, is refused with the file to delete', async () => {
    const { lock, alive } = await site();
    await lock(7, 'other-pc');
    alive.delete(7);

    await expect(lock(8)).rejects.toThrow(/process 7 on other-pc.*delete \/data\/lock-000000000001\.json/);
  });

  test('deleting its file by hand does not turn the epoch back', async () => {
    const { lock, alive, fileSystem } = await site();
    for (const pid of [1, 2, 3]) {
      await lock(pid);
      alive.delete(pid);
    }
    await fileSystem.remove('/data/lock-000000000003.json');

    expect((await lock(4)).epoch).toBe(4);
  });

  test('an epoch that was given out survives a power cut', async () => {
    const { lock, alive, fileSystem } = await site();
    await lock(7);

    fileSystem.restart({ kind: 'lost' });
    alive.delete(7);

    expect((await lock(8)).epoch).toBe(2);
  });

  test('tells its holder when it is lost', async () => {
    const { lock, fileSystem } = await site();
    const held = await lock(7);
    expect(await held.isHeld()).toBe(true);

    await fileSystem.remove('/data/lock-000000000001.json');

    expect(await held.isHeld()).toBe(false);
  });
});

describe('the processes of this machine', () => {
  test('this process lives, and a number given again to another start does not count as it', async () => {
    const self = await systemProcesses.self();
    const earlier: ProcessIdentity = { ...self, start: 'an-earlier-boot/17' };

    expect(await systemProcesses.isAlive(self)).toBe(true);
    expect(await systemProcesses.isAlive(earlier)).toBe(false);
  });

  test('a process that ended is dead; one of another host cannot be judged', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const pid = child.pid as number; // it was spawned
    await once(child, 'exit');

    expect(await systemProcesses.isAlive({ pid, start: null, host: hostname() })).toBe(false);
    expect(await systemProcesses.isAlive({ pid, start: null, host: 'another-host' })).toBe(true);
  });
});

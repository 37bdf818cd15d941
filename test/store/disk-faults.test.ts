/** The disk refuses an operation: what was acknowledged is still there, and nothing is half there. */
import { afterAll, describe, expect, test } from 'vitest';
import { CodedError } from '../../src/core/errors.ts';
import type { Unflushed } from '../../src/simulation/disk/inode.ts';
import { Machine, setups, workload } from './crash-machine.ts';
import { operationKinds, plantFault } from './failing-disk.ts';

const counted = { faults: 0, ends: 0 };
afterAll(() => console.log(`disk faults: ${counted.faults}, ended in ${counted.ends} ways`));

/** Works until the store refuses; what it says must be a coded error. */
async function workUntilRefused(machine: Machine): Promise<void> {
  await workload(machine).catch((error: unknown) => {
    if (!(error instanceof CodedError)) throw error;
    expect(['SW_STORE_FAILED', 'SW_DATA_UNWRITABLE']).toContain(error.code);
  });
}

describe.each(Object.entries(setups))('a disk that fails at any operation, %s', (_, setup) => {
  test.each(operationKinds)('%s', { timeout: 60_000 }, async (kind) => {
    const whole = new Machine(setup);
    const count = plantFault(whole.fileSystem, { kind, nth: Number.POSITIVE_INFINITY, code: 'EIO', isLasting: false });
    await workload(whole);
    if (setup.limits.reserveBytes > 0 || kind !== 'truncate') expect(count()).toBeGreaterThan(0);
    expect(count()).toBe(whole.fileSystem.counts.get(kind) ?? 0);

    for (let nth = 1; nth <= count(); nth++)
      for (const code of ['EIO', 'ENOSPC'] as const)
        for (const isLasting of [false, true]) {
          const failing = new Machine(setup);
          plantFault(failing.fileSystem, { kind, nth, code, isLasting });
          await workUntilRefused(failing);
          failing.fileSystem.failWhen(null);
          counted.faults += 1;
          for (const end of [{ kind: 'kept' }, { kind: 'lost' }, { kind: 'names' }] as const) {
            await comesBack(failing, end, `${kind} ${nth} ${code}${isLasting ? ' and on' : ''}`);
            counted.ends += 1;
          }
        }
  });
});

async function comesBack(failing: Machine, end: Unflushed, at: string): Promise<void> {
  const machine = failing.copy();
  machine.restart(end);
  try {
    const store = await machine.check();
    await machine.append(store, 2);
    machine.restart({ kind: 'lost' });
    await machine.check();
  } catch (error) {
    throw new Error(`${at}, ${end.kind}`, { cause: error });
  }
}

describe('a disk that fails', () => {
  const setup = setups['without room ahead'];

  test.each(['closed', 'killed'])(
    'a write that a full disk took half of is refused, and cut off once there is room: %s',
    async (end) => {
      const machine = new Machine(setup);
      const store = await machine.check();
      await machine.append(store, 4);
      machine.fileSystem.failWhen((operation) => (operation === 'write' ? 'ENOSPC' : null));

      await expect(machine.append(store, 1)).rejects.toMatchObject({
        code: 'SW_STORE_FAILED',
        message: expect.stringContaining('ENOSPC'),
      });
      if (end === 'closed') await store.close();
      else machine.processes.restart();
      machine.fileSystem.failWhen(null);

      const reopened = await machine.check();
      expect(reopened.recovered.lastSeq).toBe(4);
      expect(reopened.recovered.tornBytes).toBeGreaterThan(0);
    },
  );

  test.each(Object.entries(setups))(
    'after a failed flush, what a reopening shows is really on the device: %s',
    async (_, way) => {
      const machine = new Machine(way);
      const store = await machine.check();
      await machine.append(store, 3);
      machine.fileSystem.failWhen((operation) => (operation === 'sync' ? 'EIO' : null));
      await expect(machine.append(store, 2)).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
      machine.restart({ kind: 'kept' }); // the system still shows the pages that it failed to write

      const shown = (await machine.check()).recovered.lastSeq;
      machine.restart({ kind: 'lost' });

      expect(shown).toBe(5);
      expect((await machine.check()).recovered.lastSeq).toBe(5);
    },
  );
});

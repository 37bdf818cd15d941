/** The machine stops at every operation in turn, and forgets in every way what was not flushed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { CrashFileSystem, type Unflushed } from './crash-file-system.ts';
import { entriesOf, entryOf, fixedClock, foldOf, OneProcess } from './fixtures.ts';

const limits: Partial<StoreLimits> = {
  segmentBytesMax: 400,
  checkpointBytes: 900,
  historyBytesMax: 0,
  tailEntriesMax: 2,
};

class Machine {
  readonly fileSystem = new CrashFileSystem();
  readonly processes = new OneProcess();
  /** Last entry for which a sender was told that it is durable. */
  acknowledgedSeq = 0;
  /** Last entry that was given to the store. */
  sentSeq = 0;
  epoch = 0;

  open(): Promise<Store> {
    const { fileSystem, processes } = this;
    return openEmbeddedStore({ directory: '/data', clock: fixedClock, fileSystem, processes, limits });
  }

  restart(unflushed: Unflushed): void {
    this.fileSystem.restart(unflushed);
    this.processes.restart();
  }

  async append(store: Store, count: number): Promise<void> {
    const entries = entriesOf(this.sentSeq + 1, this.sentSeq + count);
    this.sentSeq += count;
    await Promise.all(
      entries.map(async (entry) => {
        await store.append([entry]);
        this.acknowledgedSeq = Math.max(this.acknowledgedSeq, entry.seq);
      }),
    );
  }

  /** Opens and checks the promise: everything acknowledged, nothing that was never sent, and a larger epoch. */
  async check(): Promise<Store> {
    const store = await this.open();
    const { lastSeq, records, epoch } = store.recovered;
    expect(lastSeq).toBeGreaterThanOrEqual(this.acknowledgedSeq);
    expect(lastSeq).toBeLessThanOrEqual(this.sentSeq);
    expect(records).toEqual(foldOf(entriesOf(1, lastSeq)));
    expect(epoch).toBeGreaterThan(this.epoch);
    this.epoch = epoch;
    this.sentSeq = lastSeq;
    this.acknowledgedSeq = lastSeq; // what an opening shows must never vanish again
    return store;
  }
}

/** Appends, rotates, checkpoints, closes and opens again. */
async function workload(machine: Machine): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const store = await machine.check();
    await machine.append(store, 1);
    await machine.append(store, 12);
    await machine.append(store, 1);
    await store.checkpoint();
    await machine.append(store, 8);
    await store.checkpoint();
    await store.close();
  }
}

async function operationsOfWorkload(): Promise<number> {
  const machine = new Machine();
  await workload(machine);
  return machine.fileSystem.operations;
}

describe('a crash at any operation', () => {
  test.each<Unflushed>([
    { kind: 'lost' },
    { kind: 'names' },
    { kind: 'kept' },
    { kind: 'torn', bytes: 1 },
    { kind: 'torn', bytes: 150 },
    { kind: 'hole', bytes: 1 },
    { kind: 'hole', bytes: 150 },
  ])('loses nothing acknowledged when unflushed content is $kind ($bytes)', async (unflushed) => {
    const operations = await operationsOfWorkload();
    expect(operations).toBeGreaterThan(60);

    for (let crashAt = 1; crashAt <= operations; crashAt++) {
      const machine = new Machine();
      machine.fileSystem.crashAfter(crashAt);
      await workload(machine).catch((error: unknown) => {
        if (!String(error).includes('ECRASHED') && !String((error as Error).cause).includes('ECRASHED')) throw error;
      });
      machine.restart(unflushed);

      const store = await machine.check();
      await machine.append(store, 3);
      machine.restart({ kind: 'lost' });
      await machine.check();
    }
  });

  test('and again and again, loses nothing acknowledged', async () => {
    const unflushed = fc.oneof(
      fc.constantFrom<Unflushed>({ kind: 'lost' }, { kind: 'names' }, { kind: 'kept' }),
      fc.record({ kind: fc.constantFrom('torn' as const, 'hole' as const), bytes: fc.nat(400) }),
    );
    const life = fc.record({
      crashAfter: fc.integer({ min: 1, max: 60 }),
      unflushed,
      burst: fc.integer({ min: 1, max: 9 }),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 8 }), async (lives) => {
        const machine = new Machine();
        for (const { crashAfter, unflushed, burst } of lives) {
          machine.fileSystem.crashAfter(crashAfter);
          await live(machine, burst);
          machine.restart(unflushed);
        }
        await machine.check();
      }),
      { numRuns: 150 },
    );
  });
});

/** Works until the machine stops. */
async function live(machine: Machine, burst: number): Promise<void> {
  try {
    const store = await machine.check();
    for (let round = 0; round < 20; round++) {
      await machine.append(store, burst);
      if (round % 3 === 0) await store.checkpoint();
    }
  } catch (error) {
    if (!/ECRASHED/.test(`${error} ${(error as Error).cause}`)) throw error;
  }
}

describe('a torn last write', () => {
  test('is cut off wherever it ends', async () => {
    const path = '/data/journal/000000000001.log';
    const whole = new Machine();
    await whole.append(await whole.open(), 3);
    const content = whole.fileSystem.content(path);
    const secondEnd = content.indexOf('\n', content.indexOf('\n') + 1) + 1;

    for (let length = secondEnd; length < content.length; length++) {
      const machine = new Machine();
      await machine.append(await machine.open(), 1);
      machine.fileSystem.tamper(path, () => content.subarray(0, length));
      machine.restart({ kind: 'lost' });

      const store = await machine.open();
      expect(store.recovered).toMatchObject({ lastSeq: 2, tornBytes: length - secondEnd });
      await store.append([entryOf(3)]);
      machine.restart({ kind: 'lost' });
      expect((await machine.open()).recovered).toMatchObject({ lastSeq: 3, tornBytes: 0 });
    }

    expect(content.length - secondEnd).toBeGreaterThan(100);
  });
});

describe('a disk that fails', () => {
  test('a write that a full disk took half of is refused, and cut off once there is room', async () => {
    const machine = new Machine();
    const store = await machine.check();
    await machine.append(store, 4);
    machine.fileSystem.failWhen((operation) => (operation === 'write' ? 'ENOSPC' : null));

    await expect(store.append([entryOf(5)])).rejects.toMatchObject({
      code: 'SW_STORE_FAILED',
      message: expect.stringContaining('ENOSPC'),
    });
    await store.close();
    machine.fileSystem.failWhen(null);

    const reopened = await machine.check();
    expect(reopened.recovered.lastSeq).toBe(4);
    expect(reopened.recovered.tornBytes).toBeGreaterThan(0);
  });

  test('after a failed flush, what a reopening shows is really on the device', async () => {
    const machine = new Machine();
    const store = await machine.check();
    await machine.append(store, 4);
    machine.fileSystem.failWhen((operation) => (operation === 'sync' ? 'EIO' : null));
    await expect(machine.append(store, 2)).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    machine.restart({ kind: 'kept' }); // the system still shows the pages that it failed to write

    const shown = (await machine.check()).recovered.lastSeq;
    machine.restart({ kind: 'lost' });

    expect(shown).toBe(6);
    expect((await machine.check()).recovered.lastSeq).toBe(6);
  });
});

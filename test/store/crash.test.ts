/** The machine stops at every operation in turn, and forgets in every way what was not flushed. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { CrashFileSystem, Operation } from '../../src/simulation/disk/crash-file-system.ts';
import type { Unflushed } from '../../src/simulation/disk/inode.ts';
import { Machine, setups, workload } from './crash-machine.ts';

const kinds: readonly Operation[] = ['write', 'sync', 'open', 'rename', 'remove', 'sync-directory'];

const isCrash = (error: unknown) => /ECRASHED/.test(`${error} ${(error as Error).cause}`);

/** The machine after it has stopped at an operation of the workload. */
async function stoppedAt(crashAt: number, setup: Machine['setup']): Promise<Machine> {
  const machine = new Machine(setup);
  machine.fileSystem.crashAfter(crashAt);
  await workload(machine).catch((error: unknown) => {
    if (!isCrash(error)) throw error;
  });
  return machine;
}

/** Every way in which a power cut may leave this disk, and the one in which only the process died. */
function* endsOf(fileSystem: CrashFileSystem, byteStep: number): Generator<Unflushed> {
  const { names, changes, bytes } = fileSystem.unflushed();
  yield { kind: 'kept' };
  yield { kind: 'names' };
  const [nameMasks, changeMasks] = [2 ** Math.min(names, 5), 2 ** Math.min(changes, 4)];
  for (let named = 0; named < nameMasks; named++)
    for (let changed = 0; changed < changeMasks; changed++) yield { kind: 'some', names: named, changes: changed };
  const all = 2 ** 20 - 1;
  // Of a checkpoint or a lock that nobody has been told of, a few places are enough.
  const step = fileSystem.unflushed('/data/journal').bytes > 0 ? byteStep : 7 * byteStep;
  for (let taken = 1; taken < bytes; taken += step) {
    yield { kind: 'some', names: all, changes: all, bytes: taken };
    if (byteStep === 1 || taken % 5 === 0) yield { kind: 'hole', bytes: taken };
    if (changes > 1 && (byteStep === 1 || taken % 3 === 0))
      yield { kind: 'some', names: 0, changes: 2 ** (changes - 1), bytes: taken }; // the newest change first
  }
}

/** Ends the machine in one way; it must come back with all it promised, go on, and come back once more. */
async function comesBack(stopped: Machine, end: Unflushed, at: string): Promise<void> {
  const machine = stopped.copy();
  machine.restart(end);
  try {
    const store = await machine.check();
    await machine.append(store, 2);
    machine.restart({ kind: 'lost' });
    await machine.check();
  } catch (error) {
    throw new Error(`${at}, ${JSON.stringify(end)}`, { cause: error });
  }
}

const counted = { operations: 0, crashes: 0 };
afterAll(() => console.log(`crashes: ${counted.crashes}, at ${counted.operations} operations of the workloads`));

describe.each(Object.entries(setups))('a crash at any operation, %s', (_, setup) => {
  test('loses nothing acknowledged, and leaves nothing half there', { timeout: 60_000 }, async () => {
    const whole = new Machine(setup);
    await workload(whole);
    const { operations, counts } = whole.fileSystem;
    const used = setup.limits.reserveBytes > 0 ? [...kinds, 'truncate' as const] : kinds;
    for (const kind of used) expect(counts.get(kind) ?? 0, `operations of kind ${kind}`).toBeGreaterThan(0);
    counted.operations += operations;

    for (let crashAt = 1; crashAt <= operations + 1; crashAt++) {
      const stopped = await stoppedAt(crashAt, setup);
      for (const end of endsOf(stopped.fileSystem, 7)) {
        await comesBack(stopped, end, `operation ${crashAt} of ${operations}`);
        counted.crashes += 1;
      }
    }
  });

  test('loses nothing acknowledged wherever the last write ends: every byte of a frame', {
    timeout: 60_000,
  }, async () => {
    const began = async () => {
      const machine = new Machine(setup);
      const store = await machine.check();
      await machine.append(store, 3);
      return { machine, store };
    };
    const dry = await began();
    const seen: Operation[] = [];
    dry.machine.fileSystem.failWhen((operation) => {
      if (operation !== seen.at(-1)) seen.push(operation); // a write and a flush are asked twice
      return null;
    });
    await dry.machine.appendTogether(dry.store, 3);
    const { machine: stopped, store } = await began();
    stopped.fileSystem.crashAfter(seen.indexOf('sync') + 1);
    await expect(stopped.appendTogether(store, 3)).rejects.toMatchObject({ code: 'SW_STORE_FAILED' });
    expect(stopped.fileSystem.unflushed().bytes).toBeGreaterThan(400);

    for (const end of endsOf(stopped.fileSystem, 1)) {
      await comesBack(stopped, end, 'the flush');
      counted.crashes += 1;
    }
  });
});

/** Works until the machine stops. */
async function live(machine: Machine, burst: number): Promise<void> {
  try {
    const store = await machine.check();
    for (let round = 0; round < 20; round++) {
      await machine.append(store, burst);
      await machine.appendTogether(store, 2);
      if (round % 3 === 0) await store.checkpoint();
    }
  } catch (error) {
    if (!isCrash(error)) throw error;
  }
}

describe.each(Object.entries(setups))('a crash, %s', (_, setup) => {
  test('again and again loses nothing acknowledged', { timeout: 60_000 }, async () => {
    const unflushed = fc.oneof(
      fc.constantFrom<Unflushed>({ kind: 'lost' }, { kind: 'names' }, { kind: 'kept' }),
      fc.record({ kind: fc.constantFrom('torn' as const, 'hole' as const), bytes: fc.nat(600) }),
      fc.record({ kind: fc.constant('some' as const), names: fc.nat(63), changes: fc.nat(31), bytes: fc.nat(900) }),
    );
    const life = fc.record({
      crashAfter: fc.integer({ min: 1, max: 90 }),
      unflushed,
      burst: fc.integer({ min: 1, max: 9 }),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 8 }), async (lives) => {
        const machine = new Machine(setup);
        for (const { crashAfter, unflushed, burst } of lives) {
          machine.fileSystem.crashAfter(crashAfter);
          await live(machine, burst);
          machine.restart(unflushed);
        }
        await machine.check();
      }),
      { numRuns: 120 },
    );
  });
});

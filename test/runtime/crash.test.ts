/** The machine stops at every operation of a workload in turn; nothing that was promised before may be broken after. */
import { afterAll, describe, expect, test } from 'vitest';
import { fullId } from '../../src/core/record.ts';
import type { Unflushed } from '../../src/simulation/disk/inode.ts';
import { operationKinds, plantFault } from '../store/failing-disk.ts';
import { auditRuntime, CrashSite, type LedgerRuntime, statesOf } from './support/crash-site.ts';
import { workload } from './support/crash-workload.ts';

const variants: readonly Unflushed[] = [
  { kind: 'lost' },
  { kind: 'names' },
  { kind: 'kept' },
  { kind: 'torn', bytes: 1 },
  { kind: 'torn', bytes: 150 },
  { kind: 'hole', bytes: 1 },
  { kind: 'hole', bytes: 150 },
  // The device may take what was not flushed in any order: every second change, and the others.
  { kind: 'some', names: 0b0101_0101, changes: 0b1010_1010 },
  { kind: 'some', names: 0b1010_1010, changes: 0b0101_0101 },
  { kind: 'some', names: 0, changes: 0b1010_1010 },
];

/** What every reopening must find, whatever happened before it. */
async function expectPromisesKept(site: CrashSite, when: string): Promise<void> {
  const runtime = await site.open();
  const intents = intentsOf(runtime);
  expect(auditRuntime(runtime, site), `${when}, after reopening`).toEqual([]);

  await site.world.advance(60_000); // retries end, alarms ring
  expect(auditRuntime(runtime, site), `${when}, some time later`).toEqual([]);
  expect(
    intents.filter((id) => !site.seenKeys.has(id)),
    `${when}: forgotten`,
  ).toEqual([]);
  const books = statesOf(runtime);
  for (const { executions, timers, actions } of books)
    expect([executions, timers, actions], `${when}: at rest`).toEqual([0, 0, 0]);
  expect([runtime.failure(), runtime.stale().counts.timer]).toEqual([null, 0]);

  await site.powerCut({ kind: 'lost' });
  expect(statesOf(await site.open()), `${when}, after one more power cut`).toEqual(books);
  await site.world.close();
}

/** Idempotency keys of all that was intended and is not known to be done. */
function intentsOf(runtime: LedgerRuntime): readonly string[] {
  return runtime.keys().flatMap((key) => {
    const record = runtime.record(key);
    if (!record) return [];
    const tokens = [...Object.values(record.executions).map(({ token }) => token), ...Object.keys(record.actions)];
    return tokens.map((token) => fullId(record, token));
  });
}

/** Works until the machine stops; answers whether it did. */
async function workUntilItStops(site: CrashSite): Promise<void> {
  try {
    await workload(site);
  } catch (error) {
    if (!isOfTheDisk(error)) throw error;
  }
}

function isOfTheDisk(error: unknown): boolean {
  return error instanceof Error && (/ECRASHED|ENOSPC|EIO/.test(error.message) || isOfTheDisk(error.cause));
}

test('the workload itself keeps every promise', async () => {
  const site = new CrashSite();

  await workload(site);

  await expectPromisesKept(site, 'undisturbed');
  expect(site.witness.of('a').ran.size).toBe(4);
  expect(site.witness.of('b').isStopped).toBe(true);
});

const tried = { crashes: 0, torn: 0, faults: 0 };
afterAll(() =>
  console.log(`runtime: ${tried.crashes} crashes, ${tried.torn} torn writes, ${tried.faults} disk faults`),
);

describe('a crash at any operation of the workload', () => {
  test.each(variants)('breaks no promise when unflushed content is $kind, variant %#', async (unflushed) => {
    const whole = new CrashSite();
    await workload(whole);
    for (let crashAt = 1; crashAt <= whole.files.operations; crashAt++) {
      const site = new CrashSite();
      site.files.crashAfter(crashAt);
      await workUntilItStops(site);
      await site.powerCut(unflushed);
      await expectPromisesKept(site, `stopped at operation ${crashAt}`);
      tried.crashes += 1;
    }
  });

  test('breaks no promise wherever the last write is torn', async () => {
    const whole = new CrashSite();
    await workload(whole);
    const last = await lastWrite(whole.files.operations);

    for (let bytes = 0; bytes <= last.bytes; bytes++) {
      const site = new CrashSite();
      site.files.crashAfter(last.operation);
      await workUntilItStops(site);
      await site.powerCut({ kind: 'torn', bytes });
      await expectPromisesKept(site, `torn after ${bytes} bytes`);
      tried.torn += 1;
    }
    expect(last.bytes).toBeGreaterThan(100);
  });
});

/** The last operation of the workload before which something is written and not flushed, and how long that is. */
async function lastWrite(operations: number): Promise<{ readonly operation: number; readonly bytes: number }> {
  for (let operation = operations; operation > 0; operation--) {
    const site = new CrashSite();
    site.files.crashAfter(operation);
    await workUntilItStops(site);
    const { bytes } = site.files.unflushed('/data/journal');
    if (bytes > 100) return { operation, bytes };
  }
  throw new Error('the workload leaves nothing unflushed');
}

describe('a disk that refuses any operation of the workload', () => {
  test.each(operationKinds)('breaks no promise: %s', async (kind) => {
    const whole = new CrashSite();
    const count = plantFault(whole.files, { kind, nth: Number.POSITIVE_INFINITY, code: 'EIO', isLasting: false });
    await workload(whole);
    expect(count()).toBeGreaterThan(0);

    for (let nth = 1; nth <= count(); nth++)
      for (const fault of [
        { kind, nth, code: 'EIO', isLasting: false },
        { kind, nth, code: 'ENOSPC', isLasting: true },
      ] as const)
        for (const end of [{ kind: 'kept' }, { kind: 'lost' }] as const) {
          const site = new CrashSite();
          plantFault(site.files, fault);
          await workUntilItStops(site);
          await site.powerCut(end);
          await expectPromisesKept(site, `${kind} ${nth} ${fault.code}, ${end.kind}`);
          tried.faults += 1;
        }
  });
});

/** The machine stops at every operation of a workload in turn; nothing that was promised before may be broken after. */
import { describe, expect, test } from 'vitest';
import { fullId } from '../../src/core/record.ts';
import type { Unflushed } from '../store/crash-file-system.ts';
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

describe('a crash at any operation of the workload', () => {
  let tried = 0;
  test.each(variants)('breaks no promise when unflushed content is $kind ($bytes)', async (unflushed) => {
    const whole = new CrashSite();
    await workload(whole);
    for (let crashAt = 1; crashAt <= whole.files.operations; crashAt++) {
      const site = new CrashSite();
      site.files.crashAfter(crashAt);
      await workUntilItStops(site);
      await site.powerCut(unflushed);
      await expectPromisesKept(site, `stopped at operation ${crashAt}`);
      tried += 1;
    }
    console.log(`runtime: ${tried} crash points so far (${whole.files.operations} operations, ${unflushed.kind})`);
  });
});

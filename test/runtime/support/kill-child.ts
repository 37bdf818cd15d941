/**
 * A process that works on ledgers until it is killed, and tells every fact on its standard output before it goes on.
 *
 * It is bundled and started early, and waits for a line on its standard input: `work` goes on for ever, `rest` finishes
 * what is open and ends. The first line it answers with is what it found when it opened the runtime.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fullId } from '../../../src/core/record.ts';
import { createRuntime, openEmbeddedStore, type Runtime, systemClock } from '../../../src/runtime/index.ts';
import type { LedgerState } from './audit.ts';
import { ledger, ledgerEvents } from './ledger.ts';
import { tellOf, workOf } from './ledger-work.ts';
import type { Fact } from './witness.ts';

/** What the parent reads, one JSON text a line. */
export type Line =
  | Fact
  /** What the runtime shows, and the keys of all that should have reached an executor by now. */
  | { readonly what: 'opened' | 'rested'; readonly states: readonly LedgerState[]; readonly due: readonly string[] };

/** Credits after which an instance is stopped and begun anew, so that records stay small. */
const creditsMax = 60;

// Synchronous: what was told must be out before the next thing happens.
const tell = (line: Line): void => void writeSync(1, `${JSON.stringify(line)}\n`);

async function main(directory: string): Promise<void> {
  for await (const order of createInterface(process.stdin)) {
    const openedAt = systemClock.now();
    const runtime = await open(directory);
    tell({ what: 'opened', ...shown(runtime, openedAt) });
    if (order === 'rest') {
      await rest(runtime);
      return process.exit(0);
    }
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => work(runtime, key)));
  }
}

async function open(directory: string): Promise<Runtime<typeof ledger>> {
  const limits = { segmentBytesMax: 20_000, checkpointBytes: 30_000, historyBytesMax: 30_000 };
  const clock = systemClock;
  const store = await openEmbeddedStore({ directory, clock, limits });
  const runtime = await createRuntime({
    machines: [{ machine: ledger, events: ledgerEvents }],
    executors: { work: workOf({ clock, workMs: 1, retryMs: 4, note: tell }) },
    actions: { tell: tellOf({ note: tell }) },
    limits: { actionRetryMs: 2 },
    store,
    clock,
  });
  await new Promise(setImmediate); // what was due has begun by now
  return runtime;
}

/** Keeps one instance busy. */
async function work(runtime: Runtime<typeof ledger>, key: string): Promise<void> {
  for (let round = 0; ; round++) {
    const context = runtime.snapshot(key)?.context;
    if (context && context.credits.length > creditsMax) await stop(runtime, key, context.name);
    else if (!context) await start(runtime, key);
    else {
      if (round % 3 === 0) await runtime.send(key, { type: 'job.requested' });
      if (round % 4 === 0) await runtime.send(key, { type: 'alarm.set' });
      if (round % 11 === 10) await runtime.send(key, { type: 'alarm.cleared' });
      if (round % 13 === 12) await runtime.send(key, { type: 'job.cancelled' });
      await credit(runtime, key, context.name);
    }
  }
}

/** The number makes the name one of its own: what lasts under it has a larger number. */
async function start(runtime: Runtime<typeof ledger>, key: string): Promise<void> {
  const name = `${key}${runtime.lastSeq()}`;
  await runtime.start(ledger, key, { name, alarmMs: 10 });
  tell({ what: 'started', name });
}

async function stop(runtime: Runtime<typeof ledger>, key: string, name: string): Promise<void> {
  tell({ what: 'stopping', name });
  await runtime.stop(key);
  tell({ what: 'stopped', name });
}

async function credit(runtime: Runtime<typeof ledger>, key: string, name: string): Promise<void> {
  const last = lastCredit.get(name) ?? Math.max(0, ...(runtime.snapshot(key)?.context.credits ?? []));
  lastCredit.set(name, last + 3);
  await Promise.all(
    [1, 2, 3].map(async (index) => {
      const id = last + index;
      tell({ what: 'sent', name, id });
      await runtime.send(key, { type: 'credited', id });
      tell({ what: 'acknowledged', name, id });
    }),
  );
}

const lastCredit = new Map<string, number>();

/** Waits until nothing is open, then tells what is there. */
async function rest(runtime: Runtime<typeof ledger>): Promise<void> {
  while (shown(runtime, 0).states.some(({ executions, timers, actions }) => executions + timers + actions > 0))
    await new Promise((resolve) => setTimeout(resolve, 5));
  tell({ what: 'rested', ...shown(runtime, 0) });
  await runtime.close();
}

/** The books of all instances, and the keys of the executions that were due at a time. */
function shown(runtime: Runtime<typeof ledger>, at: number): Omit<Extract<Line, { readonly states: unknown }>, 'what'> {
  const states: LedgerState[] = [];
  const due: string[] = [];
  for (const key of runtime.keys()) {
    const [snapshot, record] = [runtime.snapshot(key), runtime.record(key)];
    if (!snapshot || !record) continue;
    const executions = Object.values(record.executions);
    states.push({
      context: snapshot.context,
      executions: executions.length,
      timers: Object.keys(record.timers).length,
      actions: Object.keys(record.actions).length,
    });
    for (const { token, notBefore = 0 } of executions) if (notBefore <= at) due.push(fullId(record, token));
  }
  return { states, due };
}

await main(process.argv[2] ?? '');

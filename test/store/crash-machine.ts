/** A machine that works, stops and starts again, and remembers what it has promised to whom. */
import { expect } from 'vitest';
import { CrashFileSystem } from '../../src/simulation/disk/crash-file-system.ts';
import type { Unflushed } from '../../src/simulation/disk/inode.ts';
import { openEmbeddedStore } from '../../src/store/embedded-store.ts';
import type { LogEntry, Store } from '../../src/store/store.ts';
import type { StoreLimits } from '../../src/store/store-limits.ts';
import { entryOf, fixedClock, foldOf, OneProcess, pastOf } from './fixtures.ts';

/** So small that a short workload rotates segments, writes checkpoints and drops segments. */
const tiny: Partial<StoreLimits> = { segmentBytesMax: 900, checkpointBytes: 2_500, tailEntriesMax: 2 };

/** Two ways to use a disk. */
export const setups = {
  'without room ahead': { limits: { ...tiny, reserveBytes: 0, historyBytesMax: 0 }, hasSyncNow: false },
  'with room ahead, flushed at once': {
    limits: { ...tiny, reserveBytes: 700, historyBytesMax: 2_000 },
    hasSyncNow: true,
  },
} as const satisfies {
  readonly [name: string]: { readonly limits: Partial<StoreLimits>; readonly hasSyncNow: boolean };
};

export type Setup = (typeof setups)[keyof typeof setups];

/** Every seventh entry removes its instance, which begins anew with its next one. */
const workOf = (fromSeq: number, toSeq: number): readonly LogEntry[] =>
  Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => {
    const entry = entryOf(fromSeq + index);
    return entry.seq % 7 === 0 ? { ...entry, record: null } : entry;
  });

export class Machine {
  readonly setup: Setup;
  fileSystem: CrashFileSystem;
  processes = new OneProcess();
  /** Last entry for which a sender was told that it is durable. */
  acknowledgedSeq = 0;
  /** Last entry that was given to the store. */
  sentSeq = 0;
  epoch = 0;
  /** First and last entries of what was appended in one call: all of them are there, or none. */
  calls: (readonly [fromSeq: number, toSeq: number])[] = [];

  constructor(setup: Setup) {
    this.setup = setup;
    this.fileSystem = new CrashFileSystem(setup);
  }

  /** The machine as it is now, to try more than one way for it to go on. */
  copy(): Machine {
    const copy = Object.assign(new Machine(this.setup), this);
    copy.fileSystem = this.fileSystem.copy();
    copy.processes = new OneProcess();
    for (let deaths = 0; deaths < 9; deaths++) copy.processes.restart(); // more than a workload has
    copy.calls = [...this.calls];
    return copy;
  }

  open(): Promise<Store> {
    const { fileSystem, processes, setup } = this;
    return openEmbeddedStore({ directory: '/data', clock: fixedClock, fileSystem, processes, limits: setup.limits });
  }

  restart(unflushed: Unflushed): void {
    this.fileSystem.restart(unflushed);
    this.processes.restart();
  }

  /** Appends each entry by a call of its own, at the same time. */
  async append(store: Store, count: number): Promise<void> {
    const from = this.sentSeq + 1;
    this.sentSeq += count;
    const calls = workOf(from, this.sentSeq).map((entry) => this.#acknowledge(store.append([entry]), entry.seq));
    const outcomes = await Promise.allSettled(calls);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Appends entries by one call. */
  async appendTogether(store: Store, count: number): Promise<void> {
    const from = this.sentSeq + 1;
    this.sentSeq += count;
    this.calls.push([from, this.sentSeq]);
    await this.#acknowledge(store.append(workOf(from, this.sentSeq)), this.sentSeq);
  }

  /**
   * Opens and checks the promise: everything acknowledged, nothing that was never sent, no half of a call, an epoch
   * that grew, and a past that leads without a gap to what is there.
   */
  async check(): Promise<Store> {
    const store = await this.open();
    const { lastSeq, records, epoch, salvaged } = store.recovered;
    expect(lastSeq).toBeGreaterThanOrEqual(this.acknowledgedSeq);
    expect(lastSeq).toBeLessThanOrEqual(this.sentSeq);
    expect(records).toEqual(foldOf(workOf(1, lastSeq)));
    expect(this.calls.filter(([from, to]) => from <= lastSeq && lastSeq < to)).toEqual([]);
    expect(epoch).toBeGreaterThan(this.epoch);
    expect(salvaged).toBeUndefined();
    const past = await store.history({ limit: 1_000 });
    expect(past).toEqual(pastOf(workOf(1, lastSeq)).slice((past[0]?.seq ?? lastSeq + 1) - 1));
    this.epoch = epoch;
    this.sentSeq = lastSeq;
    this.acknowledgedSeq = lastSeq; // what an opening shows must never vanish again
    this.calls = this.calls.filter(([, to]) => to <= lastSeq);
    return store;
  }

  async #acknowledge(append: Promise<void>, seq: number): Promise<void> {
    await append;
    this.acknowledgedSeq = Math.max(this.acknowledgedSeq, seq);
  }
}

/** Appends one by one, together and at the same time, rotates, checkpoints beside appends, closes and opens again. */
export async function workload(machine: Machine): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const store = await machine.check();
    await machine.append(store, 1);
    await machine.append(store, 6);
    await machine.appendTogether(store, 4);
    await store.checkpoint().catch(() => {}); // the journal still has all
    await Promise.all([machine.append(store, 2), store.checkpoint().catch(() => {})]);
    await machine.append(store, 1);
    await machine.appendTogether(store, 3);
    if (round === 0) await store.close();
    else machine.processes.restart(); // dies; the system lives
  }
  const store = await machine.check();
  await machine.append(store, 2);
  await store.checkpoint().catch(() => {});
  await store.close();
}

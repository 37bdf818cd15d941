/** Entries, a clock that stands still, and processes that live and die on command. */
import type { Clock } from '../../src/core/clock.ts';
import type { Json } from '../../src/core/json.ts';
import type { ProcessIdentity, ProcessTable } from '../../src/store/process-table.ts';
import type { LogEntry, PastEntry } from '../../src/store/store.ts';

export const noon = Date.parse('2026-03-14T12:00:00.000Z');

/** Always noon; the store dates with it and never waits on it. */
export const fixedClock: Clock = {
  now: () => noon,
  monotonic: () => 0,
  schedule: () => {
    throw new Error('the store waits for no timer');
  },
};

/**
 * The entry `seq`, of one of three instances. From step to step of an instance some members stay, some change, a nested
 * one appears where another vanishes, and one is a word and an object by turns.
 */
export function entryOf(seq: number, key = `door-${seq % 3}`): LogEntry {
  const at = noon + seq;
  const record = {
    step: seq,
    at,
    name: 'Zürich ✓',
    timers: { [`t${seq}`]: { dueAt: at + 1_000 } },
    value: seq % 2 === 1 ? 'calm' : { busy: 'walking' },
    ...(seq % 4 === 0 && { error: { code: 'SW_TIMEOUT', tries: [seq] } }),
  };
  return { seq, key, at, record, note: { event: `probe.${seq}` } };
}

export function entriesOf(fromSeq: number, toSeq: number): readonly LogEntry[] {
  return Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => entryOf(fromSeq + index));
}

/** Entries as they are read back: each with the record before it, which follows from the ones before. */
export function pastOf(entries: readonly LogEntry[]): readonly PastEntry[] {
  const records = new Map<string, Json | null>();
  return entries.map((entry) => {
    const before = records.get(entry.key) ?? null;
    records.set(entry.key, entry.record);
    return { ...entry, before };
  });
}

/** Newest record by instance after these entries. */
export function foldOf(entries: readonly LogEntry[]): ReadonlyMap<string, unknown> {
  const records = new Map<string, unknown>();
  for (const { key, record } of entries) {
    if (record === null) records.delete(key);
    else records.set(key, record);
  }
  return records;
}

/** Processes of which only the current one lives. */
export class OneProcess implements ProcessTable {
  #pid = 100;

  async self(): Promise<ProcessIdentity> {
    return { pid: this.#pid, start: `boot/${this.#pid}`, host: 'site-pc' };
  }

  async isAlive({ pid }: ProcessIdentity): Promise<boolean> {
    return pid === this.#pid;
  }

  /** The current process dies and another one starts. */
  restart(): void {
    this.#pid += 1;
  }
}

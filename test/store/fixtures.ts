/** Entries, a clock that stands still, and processes that live and die on command. */
import type { Clock } from '../../src/core/clock.ts';
import type { ProcessIdentity, ProcessTable } from '../../src/store/process-table.ts';
import type { LogEntry } from '../../src/store/store.ts';

export const noon = Date.parse('2026-03-14T12:00:00.000Z');

/** Always noon; the store dates with it and never waits on it. */
export const fixedClock: Clock = {
  now: () => noon,
  schedule: () => {
    throw new Error('the store waits for no timer');
  },
};

/** The entry `seq`, of one of three instances. */
export function entryOf(seq: number, key = `door-${seq % 3}`): LogEntry {
  return { seq, key, at: noon + seq, record: { step: seq, name: 'Zürich ✓' }, note: { event: `probe.${seq}` } };
}

export function entriesOf(fromSeq: number, toSeq: number): readonly LogEntry[] {
  return Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => entryOf(fromSeq + index));
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

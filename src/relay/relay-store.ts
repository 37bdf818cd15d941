/** Where the relay keeps its state, and the store that keeps it in memory. */
import { noRelayCounters } from './relay-counters.ts';
import { freshProgress, type RelayChanges, type RelayImage, type RelayRow, type SeenId } from './relay-state.ts';

/** The state of one relay. It has one owner at a time, which is for the opener to see to. */
export interface RelayStore {
  /** Everything committed; the state of a relay that has never run where nothing was. */
  load(): Promise<RelayImage>;
  /** Atomic over all its parts; when it resolves it survives what the store promises to survive. */
  commit(changes: RelayChanges): Promise<void>;
  close(): Promise<void>;
}

/** A store whose content lives as long as the object: for tests, and for embedding without a disk. */
export function createMemoryRelayStore(): RelayStore {
  let progress = freshProgress;
  let counters = noRelayCounters();
  const rows = new Map<number, RelayRow>();
  const ids = new Map<number, SeenId>();
  return {
    load: async () => structuredClone({ progress, counters, rows: [...rows.values()], ids: [...ids.values()] }),
    async commit(changes) {
      for (const n of changes.dropRows ?? []) rows.delete(n);
      for (const row of changes.putRows ?? []) rows.set(row.n, structuredClone(row));
      for (const { n } of changes.dropIds ?? []) ids.delete(n);
      for (const seen of changes.putIds ?? []) ids.set(seen.n, seen);
      if (changes.progress) progress = structuredClone(changes.progress);
      if (changes.counters) counters = structuredClone(changes.counters);
    },
    close: async () => {},
  };
}

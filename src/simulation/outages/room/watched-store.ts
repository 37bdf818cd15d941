/** A store whose commits are seen the moment they are durable: before anything follows from them. */
import type { Commit, InstanceRecord, Store } from '../../../runtime/index.ts';
import { noteFromJson } from '../../../runtime/index.ts';
import type { LogEntry } from '../../../store/store.ts';
import type { Witness } from '../witness.ts';

/** More than that is never between two lives. */
const missedMax = 10_000;

export interface WatchedStore extends Store {
  /** Tells of what became durable although nobody was told: the process died before. */
  tellMissed(): Promise<void>;
}

export function watchedStore(store: Store, witness: Witness): WatchedStore {
  const told = (entry: LogEntry) => {
    const before = witness.records.get(entry.key) ?? null;
    witness.see({ what: 'commit', commit: commitOf(entry, before) });
  };
  /** Entries by the promise of their flush. */
  const flushing = new Map<Promise<void>, LogEntry[]>();
  return {
    recovered: store.recovered,
    append(entries) {
      const flushed = store.append(entries);
      const together = flushing.get(flushed);
      if (together) together.push(...entries);
      else {
        const gathered = [...entries];
        flushing.set(flushed, gathered);
        const over = () => flushing.delete(flushed);
        flushed.then(() => {
          over();
          for (const entry of gathered) told(entry);
        }, over);
      }
      return flushed;
    },
    history: (query) => store.history(query),
    checkpoint: () => store.checkpoint(),
    close: () => store.close(),
    async tellMissed() {
      for (const entry of await store.history({ afterSeq: witness.seq, limit: missedMax })) told(entry);
    },
  };
}

function commitOf({ seq, key, at, record, note }: LogEntry, before: InstanceRecord | null): Commit {
  const now = record as InstanceRecord | null; // written by the runtime in exactly this shape
  return { seq, key, at, before, record: now, note: noteFromJson(note, (now ?? before)?.machine ?? '') };
}

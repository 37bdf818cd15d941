/** An entity index in memory: for tests, embedding without a disk, and the throw-away index of a check. */
import type { Checkpoint } from '../checkpoint.ts';
import type {
  EntityIndex,
  EntityRef,
  IndexCommit,
  IndexEntry,
  IndexedRecord,
  Intent,
  Origin,
  RejectedEntity,
} from './entity-index.ts';
import { MarkSets } from './mark-sets.ts';

/** Rows in two levels, so that one type or kind can be read alone. */
class Table<Row> {
  readonly #groups = new Map<string, Map<string, Row>>();

  get(group: string, key: string): Row | null {
    return this.#groups.get(group)?.get(key) ?? null;
  }

  put(group: string, key: string, row: Row): void {
    const rows = this.#groups.get(group) ?? new Map<string, Row>();
    this.#groups.set(group, rows.set(key, row));
  }

  clear(): void {
    this.#groups.clear();
  }

  drop(group: string, key: string): void {
    this.#groups.get(group)?.delete(key);
  }

  /** A copy: the caller commits while it iterates. */
  rows(group?: string): Row[] {
    if (group !== undefined) return [...(this.#groups.get(group)?.values() ?? [])];
    return [...this.#groups.values()].flatMap((rows) => [...rows.values()]);
  }
}

async function* batches<Row>(rows: readonly Row[], size = 500): AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

/** An empty index whose content ends with the process. */
export function createMemoryIndex(): EntityIndex {
  const entries = new Table<IndexEntry>();
  const records = new Table<IndexedRecord>();
  const intents = new Table<Intent>();
  const rejected = new Table<RejectedEntity>();
  let checkpoint: Checkpoint | null = null;
  const sets = new MarkSets();

  function apply(changes: IndexCommit): void {
    sets.change(changes, {
      entry: (type, key) => entries.get(type, key),
      record: (kind, key) => records.get(kind, key),
    });
    for (const { type, key } of changes.dropEntries ?? []) entries.drop(type, key);
    for (const row of changes.putEntries ?? []) entries.put(row.type, row.key, row);
    for (const { kind, key } of changes.dropRecords ?? []) records.drop(kind, key);
    for (const row of changes.putRecords ?? []) records.put(row.kind, row.key, row);
    for (const { type, key } of changes.dropIntents ?? []) intents.drop(type, key);
    for (const row of changes.putIntents ?? []) intents.put(row.type, row.key, row);
    for (const { type, key } of changes.dropRejected ?? []) rejected.drop(type, key);
    for (const row of changes.putRejected ?? []) rejected.put(row.type, row.key, row);
    if (changes.checkpoint) checkpoint = changes.checkpoint;
    sets.saved();
  }

  return {
    checkpoint: async () => checkpoint,
    lookup: async (refs: readonly EntityRef[]) => refs.map(({ type, key }) => entries.get(type, key)),
    lookupRecords: async (origins: readonly Origin[]) => origins.map(({ kind, key }) => records.get(kind, key)),
    lookupRejected: async (refs: readonly EntityRef[]) => refs.map(({ type, key }) => rejected.get(type, key)),
    entries: (type) => batches(entries.rows(type)),
    records: (kind) => batches(records.rows(kind)),
    intents: () => batches(intents.rows()),
    rejected: () => batches(rejected.rows()),
    countEntries: async (type) => sets.marks(`rows:${type}`).count,
    countRejected: async () => rejected.rows().length,
    marks: sets.marks,
    nextNumber: sets.nextNumber,
    commit: async (changes) => apply(changes),
    async reset() {
      sets.clear();
      entries.clear();
      records.clear();
      checkpoint = null;
    },
    close: async () => {},
  };
}

/** The bitmaps and the numbers of an index, kept the same way whatever the rows lie in. */
import { Bitmap } from './bitmap.ts';
import { type EntityIndex, type IndexCommit, type Mark, type MarkName, refName } from './entity-index.ts';

/** What is read of a row that is about to be dropped. */
export interface Numbered {
  readonly n: number;
}

export class MarkSets {
  readonly #sets = new Map<string, Bitmap>();
  readonly #next = new Map<string, number>();

  readonly marks: EntityIndex['marks'] = (name) => {
    let set = this.#sets.get(name);
    if (set === undefined) {
      set = new Bitmap();
      this.#sets.set(name, set);
    }
    return set;
  };

  readonly nextNumber: EntityIndex['nextNumber'] = (table, group) => {
    const name = `${table}:${group}`;
    const n = this.#next.get(name) ?? 0;
    this.#next.set(name, n + 1);
    return n;
  };

  /** The numbers to be given next, by table and group; durable with every commit that uses one. */
  get numbers(): { readonly [name: string]: number } {
    return Object.fromEntries(this.#next);
  }

  loadNumbers(numbers: { readonly [name: string]: number }): void {
    for (const [name, next] of Object.entries(numbers)) this.#next.set(name, next);
  }

  /**
   * Changes the marks as a commit says, and takes those of rows away that it drops and does not put again under the same
   * number. Call before the rows change; the answer takes everything back, for a commit that fails.
   */
  change(changes: IndexCommit, rowOf: RowOf): () => void {
    const added: Mark[] = [];
    const dropped: Mark[] = [];
    for (const mark of [...this.#gone(changes, rowOf), ...(changes.dropMarks ?? [])]) {
      if (!this.marks(mark.name).has(mark.n)) continue;
      this.marks(mark.name).delete(mark.n);
      dropped.push(mark);
    }
    const rows = (changes.putEntries ?? []).map(({ type, n }): Mark => ({ name: `rows:${type}`, n }));
    for (const mark of [...rows, ...(changes.addMarks ?? [])]) if (this.marks(mark.name).add(mark.n)) added.push(mark);
    return () => {
      for (const { name, n } of added) this.marks(name).delete(n);
      for (const { name, n } of dropped) this.marks(name).add(n);
    };
  }

  #gone({ dropEntries = [], putEntries = [], dropRecords = [] }: IndexCommit, rowOf: RowOf): Mark[] {
    const gone: Mark[] = [];
    const puts = new Map(dropEntries.length === 0 ? [] : putEntries.map((row) => [refName(row), row.n]));
    for (const { type, key } of dropEntries) {
      const n = rowOf.entry(type, key)?.n;
      if (n === undefined || puts.get(refName({ type, key })) === n) continue;
      gone.push({ name: `entries:${type}`, n }, { name: `verified:${type}`, n }, { name: `rows:${type}`, n });
    }
    for (const { kind, key } of dropRecords) {
      const n = rowOf.record(kind, key)?.n;
      if (n !== undefined) gone.push({ name: `records:${kind}`, n });
    }
    return gone;
  }

  /** Every part of every bitmap that is not durable yet. */
  changes(): readonly { readonly name: MarkName; readonly part: number; readonly bytes: Uint8Array }[] {
    return [...this.#sets].flatMap(([name, set]) =>
      set.changes().map((change) => ({ name: name as MarkName, ...change })),
    ); // names of the map come from `marks` alone
  }

  clear(): void {
    for (const set of this.#sets.values()) set.clear();
  }

  saved(): void {
    for (const set of this.#sets.values()) set.saved();
  }
}

export interface RowOf {
  entry(type: string, key: string): Numbered | null;
  record(kind: string, key: string): Numbered | null;
}

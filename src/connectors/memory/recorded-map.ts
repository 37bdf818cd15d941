/** A map that remembers in which order its keys have changed, so that a source in memory can have a change feed. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { invariant } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Cursor } from '../connector.ts';

const bookmarkSchema = z.strictObject({ life: z.string(), change: z.number().int().min(0) });

/** Keys that have changed since a bookmark, oldest change first, and the members of a change page that go with them. */
export interface ChangedKeys {
  readonly keys: readonly string[];
  readonly next: Cursor;
  readonly refreshRequired: boolean;
  readonly more: boolean;
}

export interface RecordedMapOptions {
  /** Keys whose last change is remembered; who is further behind must read everything again. @default 100_000 */
  readonly changesMax?: number;
  /** Names this life of the map, so that a bookmark of an earlier one is not taken for one of this. @default a random UUID */
  readonly life?: string;
}

/**
 * A `Map` to be used as any other: what `set`, `delete` and `clear` do is remembered. A value that is changed in place is
 * not noticed: set it again. Of each key only the newest change counts, and its entries at the beginning count as none.
 */
export class RecordedMap extends Map<string, JsonObject> {
  /** Number of the newest change of each key, in the order of the numbers. */
  readonly #changes = new Map<string, number>();
  readonly #changesMax: number;
  readonly #life: string;
  #newest = 0;
  /** Number of the newest change that is no longer remembered. */
  #forgotten = 0;

  constructor(
    entries: Iterable<readonly [string, JsonObject]> = [],
    { changesMax = 100_000, life = randomUUID() }: RecordedMapOptions = {},
  ) {
    super(); // without the entries: it would call `set` before there is anything to remember with
    invariant(changesMax >= 1, `a map must remember at least one change, not ${changesMax}`);
    this.#changesMax = changesMax;
    this.#life = life;
    for (const [key, value] of entries) super.set(key, value);
  }

  override set(key: string, value: JsonObject): this {
    super.set(key, value);
    this.#remember(key);
    return this;
  }

  override delete(key: string): boolean {
    const existed = super.delete(key);
    if (existed) this.#remember(key);
    return existed;
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }

  /** At most `keysMax` keys that have changed since the bookmark; null takes a bookmark for now. */
  changedSince(bookmark: Cursor | null, keysMax: number): ChangedKeys {
    const after = bookmark === null ? this.#newest : this.#changeNamedBy(bookmark);
    if (after === null) return { keys: [], next: this.#bookmarkAt(this.#newest), refreshRequired: true, more: false };
    const due = [...this.#changes].filter(([, change]) => change > after);
    const page = due.slice(0, keysMax);
    const more = page.length < due.length;
    const next = this.#bookmarkAt(more ? (page.at(-1)?.[1] ?? after) : this.#newest);
    return { keys: page.map(([key]) => key), next, refreshRequired: false, more };
  }

  #remember(key: string): void {
    this.#newest += 1;
    this.#changes.delete(key); // to put it at the end again
    this.#changes.set(key, this.#newest);
    if (this.#changes.size <= this.#changesMax) return;
    for (const [oldest, change] of this.#changes) {
      this.#changes.delete(oldest);
      this.#forgotten = change;
      return;
    }
  }

  #bookmarkAt(change: number): Cursor {
    return { life: this.#life, change };
  }

  /** Null for a bookmark of another life, of another making, or older than what is remembered. */
  #changeNamedBy(bookmark: Cursor): number | null {
    const parsed = bookmarkSchema.safeParse(bookmark);
    if (!parsed.success || parsed.data.life !== this.#life) return null;
    const { change } = parsed.data;
    return change >= this.#forgotten && change <= this.#newest ? change : null;
  }
}

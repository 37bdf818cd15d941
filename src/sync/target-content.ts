/**
 * What is really in the target, read once: one bit for each entity that is as the index says, and a few words for each
 * that is not. An index that is lost costs memory here, and nothing else.
 */
import { Bitmap } from './index/bitmap.ts';
import { type EntityRef, type IndexEntry, refName } from './index/entity-index.ts';
import { typesOf } from './mapping.ts';
import type { SyncSides } from './run-context.ts';
import { everything, targetPages } from './target-pages.ts';

export class TargetContent {
  readonly #sides: SyncSides;
  readonly #asIndexed = new Map<string, Bitmap>();
  readonly #otherwise = new Map<string, IndexEntry>();
  readonly #met = new Map<string, Bitmap>();
  readonly #metOtherwise = new Set<string>();

  private constructor(sides: SyncSides) {
    this.#sides = sides;
    for (const type of typesOf(sides.mapping)) {
      this.#asIndexed.set(type, new Bitmap());
      this.#met.set(type, new Bitmap());
    }
  }

  /** Lists every marked entity of the mapping's types, and reads it back. */
  static async read(sides: SyncSides): Promise<TargetContent> {
    const content = new TargetContent(sides);
    for (const type of typesOf(sides.mapping)) await content.#readType(type);
    return content;
  }

  async #readType(type: string): Promise<void> {
    for await (const page of targetPages(this.#sides, type, everything)) {
      const entries = await this.#sides.index.lookup(page.map(({ key }) => ({ type, key })));
      page.forEach(({ key, id, hash }, at) => {
        const entry = entries[at] ?? null;
        const name = refName({ type, key });
        // A second entity with the same marker is no difference of its own: the proof of a run names it.
        if (entry?.id === id && entry.hash === hash) this.#asIndexed.get(type)?.add(entry.n);
        else if (!this.#otherwise.has(name))
          this.#otherwise.set(name, { type, key, n: -1, id, hash: hash ?? '', origin: entry?.origin ?? null });
      });
    }
  }

  /** The entities as they are in the target, by {@link refName}; what is not there is left out. */
  async lookup(refs: readonly EntityRef[]): Promise<ReadonlyMap<string, IndexEntry>> {
    const entries = await this.#sides.index.lookup(refs);
    const found = new Map<string, IndexEntry>();
    refs.forEach((ref, at) => {
      const entry = entries[at] ?? null;
      const name = refName(ref);
      const other = this.#otherwise.get(name);
      if (entry && this.#asIndexed.get(ref.type)?.has(entry.n)) found.set(name, entry);
      else if (other) found.set(name, other);
    });
    return found;
  }

  /** Notes that the source yields it. */
  meet(entry: IndexEntry): void {
    if (entry.n < 0) this.#metOtherwise.add(refName(entry));
    else this.#met.get(entry.type)?.add(entry.n);
  }

  /** The entities of a type that the source has not yielded, in batches. */
  async *unmet(type: string): AsyncGenerator<readonly IndexEntry[]> {
    for await (const batch of this.#sides.index.entries(type)) {
      const left = batch.filter(({ n }) => this.#asIndexed.get(type)?.has(n) && !this.#met.get(type)?.has(n));
      if (left.length > 0) yield left;
    }
    const others = [...this.#otherwise].filter(([name, entry]) => entry.type === type && !this.#metOtherwise.has(name));
    if (others.length > 0) yield others.map(([, entry]) => entry);
  }
}

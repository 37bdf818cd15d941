/** The target side of a proof: lists and reads back every marked entity of a type and holds it against what is wanted. */
import { Digest } from '../core/digest.ts';
import { invariant } from '../core/errors.ts';
import { Findings } from './findings.ts';
import { Bitmap } from './index/bitmap.ts';
import type { EntityIndex, IndexEntry } from './index/entity-index.ts';
import type { SyncSides } from './run-context.ts';
import { type Met, type Sample, targetPages } from './target-pages.ts';
import { unknown, type Wanted } from './wanted.ts';

/** What was found for one type. */
export interface TypeFindings {
  readonly type: string;
  readonly count: number;
  /** Of the entities whose content was read: what the target holds, and what it should hold. */
  readonly digest: Digest;
  readonly wantedDigest: Digest;
  readonly missing: Findings<string>;
  readonly surplus: Findings<Met>;
  readonly different: Findings<Met>;
  readonly duplicates: Findings<Met>;
}

/** Surplus ids that are remembered, so that a row that is listed twice counts once. */
const surplusMax = 100_000;

/** Compares the entities of one type with what is wanted. */
export async function compareTarget(
  sides: SyncSides,
  type: string,
  wanted: Wanted,
  inSample: Sample,
  onProgress: (done: number) => void = () => {},
): Promise<TypeFindings> {
  const { index } = sides;
  const comparison = new Comparison(type, wanted, sides.limits.repairCountMax, inSample);
  for await (const met of targetPages(sides, type, inSample)) {
    const entries = await index.lookup(met.map(({ key }) => ({ type, key })));
    met.forEach((one, at) => {
      comparison.judge(one, entries[at] ?? null);
    });
    onProgress(comparison.count);
  }
  return comparison.end(index);
}

class Comparison {
  count = 0;
  readonly #type: string;
  readonly #wanted: Wanted;
  readonly #inSample: Sample;
  readonly #missing: Findings<string>;
  readonly #surplus: Findings<Met>;
  readonly #different: Findings<Met>;
  readonly #duplicates: Findings<Met>;
  readonly #digest = new Digest();
  readonly #wantedDigest = new Digest();
  /** Wanted entities that were met under the id that the index knows, by number. */
  readonly #matched = new Bitmap();
  /** The same for those that the index does not know: key to id. */
  readonly #matchedKeys = new Map<string, string>();
  /** Entities that are not under the id that the index knows, by id. */
  readonly #strays = new Map<string, { readonly met: Met; readonly n: number | null }>();
  readonly #others = new Set<string>();

  constructor(type: string, wanted: Wanted, findingsMax: number, inSample: Sample) {
    this.#type = type;
    this.#wanted = wanted;
    this.#inSample = inSample;
    this.#missing = new Findings(findingsMax);
    this.#surplus = new Findings(findingsMax);
    this.#different = new Findings(findingsMax);
    this.#duplicates = new Findings(findingsMax);
  }

  judge(met: Met, entry: IndexEntry | null): void {
    const { key, id, hash } = met;
    if (this.#wanted.excused.has(key)) return;
    const n = entry?.n ?? null;
    const isMatched = n === null ? this.#matchedKeys.has(key) : this.#matched.has(n);
    const matchedId = isMatched ? (entry?.id ?? this.#matchedKeys.get(key)) : null;
    if (matchedId === id || this.#strays.has(id) || this.#others.has(id)) return; // a row listed twice
    this.count += 1;
    if (hash !== null) this.#digest.add(hash);
    if (!this.#wanted.has(key, n)) {
      if (this.#others.size < surplusMax) this.#others.add(id);
      this.#surplus.add(met);
    } else if ((entry && entry.id !== id) || isMatched) {
      this.#strays.set(id, { met, n });
    } else {
      if (n === null) this.#matchedKeys.set(key, id);
      else this.#matched.add(n);
      const want = this.#wanted.exceptions.get(key)?.hash ?? entry?.hash;
      if (this.#inSample(key)) this.#want(want);
      if (hash !== null && hash !== want) this.#different.add(met);
    }
  }

  /** Names what was not met, once everything was. */
  async end(index: EntityIndex): Promise<TypeFindings> {
    for (const { met, n } of this.#strays.values()) {
      if (n === null ? this.#matchedKeys.has(met.key) : this.#matched.has(n)) this.#duplicates.add(met);
      else {
        if (n === null) this.#matchedKeys.set(met.key, met.id);
        else this.#matched.add(n);
        if (this.#inSample(met.key))
          this.#want(this.#wanted.exceptions.get(met.key)?.hash ?? (await this.#hashOf(index, met.key)));
        this.#different.add(met);
      }
    }
    await this.#nameMissing(index);
    return {
      type: this.#type,
      count: this.count,
      digest: this.#digest,
      wantedDigest: this.#wantedDigest,
      missing: this.#missing,
      surplus: this.#surplus,
      different: this.#different,
      duplicates: this.#duplicates,
    };
  }

  async #hashOf(index: EntityIndex, key: string): Promise<string | undefined> {
    const [entry] = await index.lookup([{ type: this.#type, key }]);
    return entry?.hash;
  }

  #want(hash: string | undefined): void {
    if (hash !== undefined && hash !== unknown) this.#wantedDigest.add(hash);
  }

  async #nameMissing(index: EntityIndex): Promise<void> {
    for (const [key, { n, hash }] of this.#wanted.exceptions) {
      if (n !== null || this.#matchedKeys.has(key)) continue;
      this.#missing.add(key);
      if (this.#inSample(key)) this.#want(hash);
    }
    let left = this.#wanted.numbers.countWithout(this.#matched);
    if (left === 0) return;
    for await (const batch of index.entries(this.#type)) {
      for (const { key, n, hash } of batch) {
        if (!this.#wanted.numbers.has(n) || this.#matched.has(n)) continue;
        left -= 1;
        this.#missing.add(key);
        if (this.#inSample(key)) this.#want(this.#wanted.exceptions.get(key)?.hash ?? hash);
      }
    }
    invariant(left === 0, `every number that is wanted of ${this.#type} has a row in the index`);
  }
}

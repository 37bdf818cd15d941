/** What the entities of one type in the target are, seen against what is wanted: as they should be, or one of the findings. */
import { Digest } from '../core/digest.ts';
import { invariant } from '../core/errors.ts';
import { Findings } from './findings.ts';
import { Bitmap } from './index/bitmap.ts';
import type { EntityIndex, IndexEntry } from './index/entity-index.ts';
import type { Met, Sample } from './target-pages.ts';
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

/** An entity of the target with what the index knows under its key. */
interface Waiting {
  readonly met: Met;
  readonly entry: IndexEntry | null;
}

export class TargetJudgement {
  readonly type: string;
  readonly #inSample: Sample;
  #count = 0;
  readonly #missing: Findings<string>;
  readonly #surplus: Findings<Met>;
  readonly #different: Findings<Met>;
  readonly #duplicates: Findings<Met>;
  readonly #digest = new Digest();
  readonly #wantedDigest = new Digest();
  /** Entities that were met as the index has them, by number: until the end they count as wanted. */
  readonly #asIndexed = new Bitmap();
  /** Those and the wanted ones that were met under the id that the index knows, by number. */
  readonly #matched = new Bitmap();
  /** The same for those that the index does not know: key to id. */
  readonly #matchedKeys = new Map<string, string>();
  /** Entities that are not under the id that the index knows, by id. */
  readonly #strays = new Map<string, { readonly met: Met; readonly n: number | null }>();
  readonly #others = new Set<string>();
  #waiting: Waiting[] = [];

  constructor(type: string, findingsMax: number, inSample: Sample) {
    this.type = type;
    this.#inSample = inSample;
    this.#missing = new Findings(findingsMax);
    this.#surplus = new Findings(findingsMax);
    this.#different = new Findings(findingsMax);
    this.#duplicates = new Findings(findingsMax);
  }

  /** Entities that were met so far. */
  get met(): number {
    return this.#count + this.#waiting.length;
  }

  /** Entities that are not as the index has them and have not been judged. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes in an entity of the target; whether it is wanted need not be known yet. */
  meet(met: Met, entry: IndexEntry | null): void {
    const { id, hash } = met;
    if (entry === null || entry.id !== id || (hash !== null && hash !== entry.hash)) this.#waiting.push({ met, entry });
    else if (this.#asIndexed.add(entry.n)) {
      this.#matched.add(entry.n);
      this.#note(hash);
      if (hash !== null) this.#wantedDigest.add(hash);
    }
  }

  /** Judges what has waited for what is wanted. */
  judge(wanted: Wanted): void {
    for (const one of this.#waiting) this.#judgeOne(one, wanted);
    this.#waiting = [];
  }

  #judgeOne({ met, entry }: Waiting, wanted: Wanted): void {
    const { key, id, hash } = met;
    if (wanted.excused.has(key)) return;
    const n = entry?.n ?? null;
    const isMatched = n === null ? this.#matchedKeys.has(key) : this.#matched.has(n);
    const matchedId = isMatched ? (entry?.id ?? this.#matchedKeys.get(key)) : null;
    if (matchedId === id || this.#strays.has(id) || this.#others.has(id)) return; // a row listed twice
    this.#note(hash);
    if (!wanted.has(key, n)) {
      if (this.#others.size < surplusMax) this.#others.add(id);
      this.#surplus.add(met);
    } else if ((entry && entry.id !== id) || isMatched) {
      this.#strays.set(id, { met, n });
    } else {
      if (n === null) this.#matchedKeys.set(key, id);
      else this.#matched.add(n);
      const want = wanted.exceptions.get(key)?.hash ?? entry?.hash;
      if (this.#inSample(key)) this.#want(want);
      if (hash !== null && hash !== want) this.#different.add(met);
    }
  }

  /** Names what was not met, and what the source no longer has as the index has it. Call once everything was met. */
  async end(wanted: Wanted, index: EntityIndex): Promise<TypeFindings> {
    this.judge(wanted);
    await this.#leaveOutExcused(wanted, index);
    await this.#correct(wanted, index);
    for (const { met, n } of this.#strays.values()) {
      if (n === null ? this.#matchedKeys.has(met.key) : this.#matched.has(n)) this.#duplicates.add(met);
      else {
        if (n === null) this.#matchedKeys.set(met.key, met.id);
        else this.#matched.add(n);
        if (this.#inSample(met.key))
          this.#want(wanted.exceptions.get(met.key)?.hash ?? (await this.#rowOf(index, met.key))?.hash);
        this.#different.add(met);
      }
    }
    await this.#nameMissing(wanted, index);
    return {
      type: this.type,
      count: this.#count,
      digest: this.#digest,
      wantedDigest: this.#wantedDigest,
      missing: this.#missing,
      surplus: this.#surplus,
      different: this.#different,
      duplicates: this.#duplicates,
    };
  }

  /** What is excused may have been met as the index has it, before it was known to be. */
  async #leaveOutExcused(wanted: Wanted, index: EntityIndex): Promise<void> {
    for (const key of wanted.excused) {
      const row = await this.#rowOf(index, key);
      if (!row || !this.#asIndexed.has(row.n)) continue;
      this.#asIndexed.delete(row.n);
      this.#matched.delete(row.n);
      this.#count -= 1;
      if (!this.#inSample(key)) continue;
      this.#digest.remove(row.hash);
      this.#wantedDigest.remove(row.hash);
    }
  }

  /** Of what was met as the index has it, finds what is not wanted, or with another content. */
  async #correct({ numbers, exceptions }: Wanted, index: EntityIndex): Promise<void> {
    const isOther = [...exceptions.values()].some(({ n }) => n !== null && this.#asIndexed.has(n));
    if (!isOther && this.#asIndexed.countWithout(numbers) === 0) return;
    for await (const batch of index.entries(this.type)) {
      for (const { key, id, n, hash } of batch) {
        if (!this.#asIndexed.has(n)) continue;
        const exception = exceptions.get(key);
        const isWanted = numbers.has(n);
        if (isWanted && exception === undefined) continue;
        const read = this.#inSample(key);
        const met: Met = { key, id, hash: read ? hash : null };
        if (read) this.#wantedDigest.remove(hash);
        if (!isWanted) this.#surplus.add(met);
        else if (read) this.#want(exception?.hash);
        if (isWanted && read && exception?.hash !== hash) this.#different.add(met);
      }
    }
  }

  async #nameMissing(wanted: Wanted, index: EntityIndex): Promise<void> {
    for (const [key, { n, hash }] of wanted.exceptions) {
      if (n !== null || this.#matchedKeys.has(key)) continue;
      this.#missing.add(key);
      if (this.#inSample(key)) this.#want(hash);
    }
    let left = wanted.numbers.countWithout(this.#matched);
    if (left === 0) return;
    for await (const batch of index.entries(this.type)) {
      for (const { key, n, hash } of batch) {
        if (!wanted.numbers.has(n) || this.#matched.has(n)) continue;
        left -= 1;
        this.#missing.add(key);
        if (this.#inSample(key)) this.#want(wanted.exceptions.get(key)?.hash ?? hash);
      }
    }
    invariant(left === 0, `every number that is wanted of ${this.type} has a row in the index`);
  }

  /** Counts an entity that the target holds. */
  #note(hash: string | null): void {
    this.#count += 1;
    if (hash !== null) this.#digest.add(hash);
  }

  #want(hash: string | undefined): void {
    if (hash !== undefined && hash !== unknown) this.#wantedDigest.add(hash);
  }

  async #rowOf(index: EntityIndex, key: string): Promise<IndexEntry | null> {
    const [entry] = await index.lookup([{ type: this.type, key }]);
    return entry ?? null;
  }
}

/** What the target should hold of one type, as the source has it: a bit for each entity that is as the index says. */
import { Bitmap } from './index/bitmap.ts';

/** The hash an entity should have; `unknown` when a relation has no target id, so that nothing can be equal to it. */
export type WantedHash = string;
export const unknown = 'unknown';

export class Wanted {
  /** Entities of the index that the source has, by number. */
  readonly numbers = new Bitmap();
  /** By key: entities that the index does not know, or whose content is to be another one. */
  readonly exceptions = new Map<string, { readonly n: number | null; readonly hash: WantedHash }>();
  /** Keys of entities that are left out of the comparison, whatever the target holds of them. */
  readonly excused = new Set<string>();
  #withoutNumber = 0;

  /** How many entities the target should hold. */
  get count(): number {
    return this.numbers.count + this.#withoutNumber;
  }

  /** Wants an entity with the content that the index holds; one without a number is wanted, and known to be missing. */
  add(key: string, n: number | null): void {
    if (n === null) this.expect(key, null, unknown);
    else this.numbers.add(n);
  }

  /** Wants an entity with another content than the index holds. */
  expect(key: string, n: number | null, hash: WantedHash): void {
    if (n !== null) this.numbers.add(n);
    else if (!this.exceptions.has(key)) this.#withoutNumber += 1;
    this.exceptions.set(key, { n, hash });
  }

  has(key: string, n: number | null): boolean {
    return n === null ? this.exceptions.has(key) : this.numbers.has(n);
  }

  /** Leaves an entity out of the comparison. */
  excuse(key: string, n: number | null): void {
    const exception = this.exceptions.get(key);
    this.excused.add(key);
    this.exceptions.delete(key);
    if (n !== null) this.numbers.delete(n);
    else if (exception !== undefined) this.#withoutNumber -= 1;
  }
}

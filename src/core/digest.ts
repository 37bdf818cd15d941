/**
 * An order-independent digest of a set of entities: the sum, modulo 2^128, of their content hashes.
 *
 * Both sides of a synchronization are read in different orders, page by page; a sum can be kept while reading, and one
 * entity can be taken out again without reading the others.
 */
const modulus = 1n << 128n;

export class Digest {
  #sum: bigint;
  #count: number;

  constructor(sum = 0n, count = 0) {
    this.#sum = sum;
    this.#count = count;
  }

  /** Adds the content hash (32 hexadecimal digits) of one entity. */
  add(hash: string): void {
    this.#sum = (this.#sum + BigInt(`0x${hash}`)) % modulus;
    this.#count += 1;
  }

  /** Takes out the content hash of one entity that was added before. */
  remove(hash: string): void {
    this.#sum = (this.#sum - BigInt(`0x${hash}`) + modulus) % modulus;
    this.#count -= 1;
  }

  /** How many hashes are in it. */
  get count(): number {
    return this.#count;
  }

  /** 32 hexadecimal digits. The digest of nothing is all zeros. */
  get hex(): string {
    return this.#sum.toString(16).padStart(32, '0');
  }
}

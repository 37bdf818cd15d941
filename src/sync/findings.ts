/** A list that counts everything and keeps a bounded number. */
export class Findings<Item> {
  readonly items: Item[] = [];
  #count = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(item: Item): void {
    this.#count += 1;
    if (this.items.length < this.#max) this.items.push(item);
  }

  get count(): number {
    return this.#count;
  }

  /** Whether every item that was counted was also kept. */
  get complete(): boolean {
    return this.#count === this.items.length;
  }
}

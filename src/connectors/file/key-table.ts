/** Where the record of each key lies in a file, in 40 to 80 bytes a key whatever its length: keys are kept as hashes. */
import { hash } from 'node:crypto';
import type { Position } from './position.ts';

/** Slots of a table that has just been made; a power of two, as every size that it grows to. */
const slotsMin = 1_024;

/**
 * A hash table with open addressing. It holds 48 bits of each key: two keys may share them, so what it answers are
 * candidates, and the caller reads the record to be sure.
 */
export class KeyTable {
  /** The hash and one more, so that zero is an empty slot. */
  #hashes = new Float64Array(slotsMin);
  #offsets = new Float64Array(slotsMin);
  #lines = new Uint32Array(slotsMin);
  #size = 0;

  /** How many places were added. */
  get size(): number {
    return this.#size;
  }

  add(key: string, place: Position): void {
    if (this.#size * 2 >= this.#hashes.length) this.#grow();
    this.#put(hashOf(key), place.offset, place.line);
    this.#size += 1;
  }

  /** Every place whose key has the same hash: in practice the one of this key, or none. */
  candidates(key: string): readonly Position[] {
    const wanted = hashOf(key);
    const places: Position[] = [];
    for (let slot = this.#slotOf(wanted); this.#hashes[slot] !== 0; slot = this.#after(slot)) {
      if (this.#hashes[slot] !== wanted) continue;
      places.push({ offset: this.#offsets[slot] ?? 0, line: this.#lines[slot] ?? 0 });
    }
    return places;
  }

  #put(value: number, offset: number, line: number): void {
    let slot = this.#slotOf(value);
    while (this.#hashes[slot] !== 0) slot = this.#after(slot);
    this.#hashes[slot] = value;
    this.#offsets[slot] = offset;
    this.#lines[slot] = line;
  }

  #grow(): void {
    const [hashes, offsets, lines] = [this.#hashes, this.#offsets, this.#lines];
    this.#hashes = new Float64Array(hashes.length * 2);
    this.#offsets = new Float64Array(hashes.length * 2);
    this.#lines = new Uint32Array(hashes.length * 2);
    for (const [slot, value] of hashes.entries()) {
      if (value !== 0) this.#put(value, offsets[slot] ?? 0, lines[slot] ?? 0);
    }
  }

  #slotOf(value: number): number {
    return value % this.#hashes.length;
  }

  #after(slot: number): number {
    return (slot + 1) % this.#hashes.length;
  }
}

/** 1 to 2^48. */
function hashOf(key: string): number {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 12), 16) + 1;
}

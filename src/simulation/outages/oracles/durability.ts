/**
 * - `lost`: what was told to be durable is there after every crash, and no epoch is given twice.
 * - `two-owners`: a second supervisor is refused while the first lives.
 */
import { canonicalJson, type Json } from '../../../core/json.ts';
import type { InstanceRecord } from '../../../runtime/index.ts';
import type { Fact } from '../witness.ts';
import type { Oracle, OracleParts } from './oracle.ts';

export class Durability implements Oracle {
  readonly #parts: OracleParts;
  readonly #told = new Map<string, InstanceRecord>();
  #seq = 0;
  #epoch = 0;

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  take(fact: Fact): void {
    if (fact.what === 'commit') {
      const { seq, key, record } = fact.commit;
      if (seq !== this.#seq + 1) this.#parts.violate('lost', `commit ${seq} follows ${this.#seq}`);
      this.#seq = seq;
      if (record) this.#told.set(key, record);
      else this.#told.delete(key);
    } else if (fact.what === 'life-began') this.#reopened(fact);
    else if (fact.what === 'second-owner' && !fact.refused)
      this.#parts.violate('two-owners', 'a second supervisor opened the directory while the first was alive');
  }

  #reopened({ epoch, lastSeq, records }: Extract<Fact, { what: 'life-began' }>): void {
    const { violate } = this.#parts;
    if (epoch <= this.#epoch) violate('lost', `epoch ${epoch} comes after ${this.#epoch}`);
    this.#epoch = epoch;
    if (lastSeq < this.#seq) violate('lost', `commit ${this.#seq} was told, the newest is ${lastSeq}`);
    for (const [key, record] of this.#told)
      if (canonicalJson((records.get(key) ?? null) as Json) !== canonicalJson(record as unknown as Json))
        violate('lost', `the record of ${key} is not the one that was told (step ${record.step})`);
  }
}

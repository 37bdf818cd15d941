/** What the source yields at each moment, and since when: what a delete is judged by. */
import type { JsonObject } from '../../core/json.ts';
import { simulatedMapping } from './mapping.ts';

/** Names an entity or a record. */
export const nameOf = (kind: string, key: string) => `${kind} ${key}`;

export class Yielded {
  /** By entity, then by record: the number of the happening since which the record yields it without a break. */
  readonly #since = new Map<string, Map<string, number>>();
  #happening = 0;

  /** Counts what happens in the simulation: what came first has the smaller number. */
  tick(): number {
    this.#happening += 1;
    return this.#happening;
  }

  /** A record has changed: what it yields now and no longer. */
  changed(kind: string, key: string, before: JsonObject | undefined, now: JsonObject | undefined): void {
    const at = this.tick();
    const record = nameOf(kind, key);
    const [had, has] = [namesIn(kind, key, before), namesIn(kind, key, now)];
    for (const entity of had) if (!has.includes(entity)) this.#end(entity, record);
    for (const entity of has) {
      const since = this.#since.get(entity) ?? new Map<string, number>();
      if (!since.has(record)) since.set(record, at);
      this.#since.set(entity, since);
    }
  }

  /** The records that yield an entity, each with the happening since which it does. */
  of(entity: string): ReadonlyMap<string, number> {
    return this.#since.get(entity) ?? new Map();
  }

  #end(entity: string, record: string): void {
    const since = this.#since.get(entity);
    if (since?.delete(record) && since.size === 0) this.#since.delete(entity);
  }
}

function namesIn(kind: string, key: string, value: JsonObject | undefined): readonly string[] {
  const step = simulatedMapping.steps.find((one) => one.kind === kind);
  if (value === undefined || step === undefined) return [];
  return step.map({ kind, key, value }).map((entity) => nameOf(entity.type, entity.key));
}

/**
 * What must never happen, watched at the moment of each effect:
 *
 * - `wrong-delete`: an entity is deleted although its record is in the source and yields it, and has ever since the sweep first looked.
 * - `equal-write`: content is written that is there already.
 * - `duplicate-left`: a duplicate that was there before a run is there after it has succeeded.
 */
import type { TargetEntity } from '../../connectors/connector.ts';
import type { EntityIndex } from '../../sync/index/entity-index.ts';
import { entityHash } from '../../sync/map.ts';
import type { RunResult } from '../../sync/run-result.ts';
import { type Type, types } from './mapping.ts';
import type { World } from './world.ts';
import { nameOf } from './yielded.ts';

export type OracleName =
  | 'wrong-delete'
  | 'equal-write'
  | 'duplicate-left'
  | 'not-proven'
  | 'not-equal'
  | 'index-wrong'
  | 'rejected-wrong'
  | 'not-at-rest'
  | 'unexpected-error';

export interface Violation {
  readonly oracle: OracleName;
  readonly what: string;
}

/** How many violations are kept; one is enough to fail. */
const violationsMax = 20;

export class EntityOracles {
  readonly violations: Violation[] = [];
  /** Creates of a key that was there already; they must not outlive the next run. */
  createdTwice = 0;
  /** Deletes of an entity that another record than the one it came from had taken over: it is created again. */
  deletedAfterMove = 0;
  readonly #world: World;
  /** Records that were asked for since the sweep began, with the happening at which it was first answered. */
  readonly #looks = new Map<string, number>();
  readonly #origins = new Map<string, string | null>();
  #runBegan = 0;
  #duplicatesBefore: readonly string[] = [];

  constructor(world: World) {
    this.#world = world;
    for (const type of types)
      world.entities[type].watch({
        wrote: (_id, before, now) => this.#wrote(type, before, now),
        deleted: (id, entity) => this.#deleted(type, id, entity),
      });
  }

  violate(oracle: OracleName, what: string): void {
    if (this.violations.length < violationsMax) this.violations.push({ oracle, what });
  }

  beginRun(): void {
    this.#looks.clear();
    this.#origins.clear();
    this.#runBegan = this.#world.yielded.tick();
    this.#duplicatesBefore = this.#duplicates();
  }

  /** What was looked at before is no evidence for what is deleted now. */
  beginSweep(): void {
    this.#looks.clear();
  }

  /** The source has answered what a record looks like. */
  looked(kind: string, key: string): void {
    const name = nameOf(kind, key);
    if (!this.#looks.has(name)) this.#looks.set(name, this.#world.yielded.tick());
  }

  /** The index says which record an entity came from; afterwards it may have forgotten. */
  async aboutToRemove(index: EntityIndex, type: Type, id: string): Promise<void> {
    const key = this.#world.entities[type].get(id)?.key;
    const [entry] = key === undefined ? [] : await index.lookup([{ type, key }]);
    this.#origins.set(id, entry?.origin ? nameOf(entry.origin.kind, entry.origin.key) : null);
  }

  ended(result: RunResult): void {
    if (result.outcome !== 'succeeded') return;
    const left = new Set(this.#duplicates());
    for (const name of this.#duplicatesBefore) if (left.has(name)) this.violate('duplicate-left', name);
  }

  #wrote(type: Type, before: TargetEntity | undefined, now: TargetEntity): void {
    const name = nameOf(type, now.key);
    if (before === undefined) this.createdTwice += this.#world.entities[type].idsOf(now.key).size > 0 ? 1 : 0;
    else if (entityHash(before) === entityHash(now)) this.violate('equal-write', name);
  }

  #deleted(type: Type, id: string, { key }: TargetEntity): void {
    // Of duplicates one may go: the other one stays.
    if (this.#world.entities[type].idsOf(key).size > 1) return;
    const name = nameOf(type, key);
    const records = this.#world.yielded.of(name);
    const origin = this.#origins.get(id) ?? null;
    const since = origin === null ? Math.min(...records.values()) : records.get(origin);
    // Whoever has no origin is judged by the two lists; the others by the look at their record.
    const judgedAt = origin === null ? this.#runBegan : (this.#looks.get(origin) ?? Number.POSITIVE_INFINITY);
    if (since !== undefined && since < judgedAt)
      this.violate('wrong-delete', `${name}, yielded by ${origin ?? 'some record'}`);
    else if ([...records.values()].some((one) => one < this.#runBegan)) this.deletedAfterMove += 1;
  }

  #duplicates(): readonly string[] {
    return types.flatMap((type) => this.#world.entities[type].duplicates().map((key) => nameOf(type, key)));
  }
}

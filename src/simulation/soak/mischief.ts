/** What happens in the target behind our back: entities deleted, made twice, tampered with, or refused for a while. */

import type { Random } from '../random.ts';
import { type Type, types } from '../site/mapping.ts';
import type { World } from '../site/world.ts';
import { nameOf } from '../site/yielded.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Faults } from './faults.ts';

/** Longest time for which an entity is refused. */
const refusalMsMax = 3 * 60 * 60 * 1000;

export class Mischief {
  readonly #world: World;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #refusedUntil = new Map<string, number>();

  constructor(parts: {
    readonly world: World;
    readonly clock: VirtualClock;
    readonly random: Random;
    readonly faults: Faults;
  }) {
    this.#world = parts.world;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#faults = parts.faults;
  }

  /** Something, perhaps, within the next minutes: also in the middle of a run. */
  plan(withinMs: number): void {
    if (!this.#random.chance(0.25)) return;
    this.#clock.schedule(this.#random.below(withinMs), () => this.#strike());
  }

  isRefused(type: string, key: string): boolean {
    return (this.#refusedUntil.get(nameOf(type, key)) ?? 0) > this.#clock.now();
  }

  /** The target takes everything again. */
  forgive(): void {
    this.#refusedUntil.clear();
  }

  #strike(): void {
    const type = this.#random.pick(types) as Type; // there are three
    const entities = this.#world.entities[type];
    const id = this.#random.pick([...entities.keys()]);
    const entity = id === undefined ? undefined : entities.get(id);
    if (id === undefined || entity === undefined) return;
    const what = this.#random.pick(['deleted', 'duplicated', 'tampered', 'refused'] as const) ?? 'deleted';
    this.#faults.note(`entity-${what}`);
    if (what === 'deleted') entities.lose(id);
    else if (what === 'duplicated') entities.put(this.#world.newId(), entity);
    else if (what === 'tampered') entities.put(id, { ...entity, fields: { ...entity.fields, name: `Tampered ${id}` } });
    else this.#refuse(nameOf(type, entity.key));
  }

  #refuse(name: string): void {
    for (const [past, until] of this.#refusedUntil) if (until <= this.#clock.now()) this.#refusedUntil.delete(past);
    this.#refusedUntil.set(name, this.#clock.now() + this.#random.below(refusalMsMax));
  }
}

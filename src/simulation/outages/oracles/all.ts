/** All oracles together, and what they have found. */

import type { MachineRoom } from '../room/machine-room.ts';
import { type Violation, violationsMax } from '../violation.ts';
import { Acts } from './acts.ts';
import { AuditTrail } from './audit-trail.ts';
import { CommitBeforeAct } from './commit-before-act.ts';
import { Durability } from './durability.ts';
import { Intents } from './intents.ts';
import { LadderOrder } from './ladder-order.ts';
import type { Oracle } from './oracle.ts';
import { People } from './people.ts';
import { Runs } from './runs.ts';

export class Oracles {
  readonly violations: Violation[] = [];
  readonly #room: MachineRoom;
  readonly #all: readonly Oracle[];

  constructor(room: MachineRoom) {
    this.#room = room;
    const intents = new Intents();
    room.witness.listen((fact, moment) => intents.take(fact, moment));
    const parts = {
      room,
      config: room.config,
      intents,
      violate: (oracle: string, what: string) => this.violate(oracle, what),
    };
    const kinds = [Durability, CommitBeforeAct, Acts, People, Runs, LadderOrder, AuditTrail];
    this.#all = kinds.map((Kind) => new Kind(parts));
    for (const one of this.#all) room.witness.listen((fact, moment) => one.take(fact, moment));
  }

  /** Whether a rule was broken; looks at what was written in the targets, too. */
  get haveSpoken(): boolean {
    for (const { id, entities } of this.#room.sites.values())
      for (const { oracle, what } of entities.violations.splice(0)) this.violate(oracle, `${id}: ${what}`);
    return this.violations.length > 0;
  }

  violate(oracle: string, what: string): void {
    const hours = Math.round(this.#room.clock.monotonic() / 36_000) / 100;
    if (this.violations.length < violationsMax) this.violations.push({ oracle, what, hours });
  }

  /** What can only be asked when all is over. */
  async finish(): Promise<void> {
    for (const one of this.#all) await one.finish?.();
  }
}

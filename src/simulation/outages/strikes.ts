/** Lets the faults of a plan strike: at their time, or when an integration is where they are aimed at. */
import type { Strike } from './faults/fault.ts';
import { picked } from './faults/fault.ts';
import { faultOf } from './faults/menu.ts';
import type { MachineRoom } from './room/machine-room.ts';
import type { States } from './states.ts';

export interface StrikesOptions {
  readonly room: MachineRoom;
  readonly states: States;
  readonly strikes: readonly Strike[];
  /** Hears of each one that strikes. */
  readonly onStruck: (strike: Strike) => void;
}

export class Strikes {
  readonly #options: StrikesOptions;
  readonly #ends = new Set<() => void>();
  #isOver = false;

  constructor(options: StrikesOptions) {
    const { room, strikes, states } = options;
    this.#options = options;
    for (const strike of strikes)
      if ('afterMs' in strike.when) room.clock.schedule(strike.when.afterMs, () => this.#begin(strike, null));
    const aimed = new Map(strikes.map((strike) => [strike, 'state' in strike.when ? strike.when.nth : 0]));
    states.onEntered((key, state) => {
      for (const [strike, left] of aimed) {
        if (left === 0 || !('state' in strike.when) || strike.when.state !== state) continue;
        aimed.set(strike, left - 1);
        if (left === 1) room.clock.schedule(strike.when.laterMs, () => this.#begin(strike, key));
      }
    });
  }

  /** Ends what lasts, and lets nothing strike any more. */
  end(): void {
    this.#isOver = true;
    for (const end of this.#ends) end();
  }

  #begin(strike: Strike, integration: string | null): void {
    if (this.#isOver) return;
    const { room, onStruck } = this.#options;
    const site = room.sites.get(integration ?? '') ?? picked([...room.sites.values()], strike.pick);
    if (!site) return;
    onStruck(strike);
    room.witness.see({ what: 'fault-began', fault: strike.kind, on: site.id });
    const end = faultOf(strike.kind)({ room, strike, site });
    if (end === null) return;
    const ended = () => {
      if (!this.#ends.delete(ended)) return;
      end();
      room.witness.see({ what: 'fault-ended', fault: strike.kind, on: site.id });
    };
    this.#ends.add(ended);
    room.clock.schedule(strike.lastsMs, ended);
  }
}

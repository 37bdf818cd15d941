/** Lets the faults of a plan strike: at their time, or when an integration is where they are aimed at. */
import type { Strike } from './faults/fault.ts';
import { type moments, picked } from './faults/fault.ts';
import { faultOf } from './faults/menu.ts';
import type { MachineRoom } from './room/machine-room.ts';
import type { Site } from './room/site.ts';
import type { States } from './states.ts';
import type { Fact } from './witness.ts';

export interface StrikesOptions {
  readonly room: MachineRoom;
  readonly states: States;
  readonly strikes: readonly Strike[];
  /** Hears of each one that strikes, just before it does, and whom it is about. */
  readonly onStruck: (strike: Strike, site: Site) => void;
}

export class Strikes {
  readonly #options: StrikesOptions;
  readonly #ends = new Set<() => void>();
  /** Aimed ones, each with how often its state has yet to be entered. */
  readonly #aimed: Map<Strike, number>;
  #isOver = false;

  constructor(options: StrikesOptions) {
    const { room, strikes, states } = options;
    this.#options = options;
    for (const strike of strikes)
      if ('afterMs' in strike.when) room.clock.schedule(strike.when.afterMs, () => this.#begin(strike, null));
    this.#aimed = new Map(strikes.flatMap((strike) => ('state' in strike.when ? [[strike, strike.when.nth]] : [])));
    states.onEntered((key, state) => this.#reached(key, state));
    room.witness.listen((fact) => {
      const moment = momentOf(fact);
      if (moment) this.#reached(moment.integration, moment.name);
    });
  }

  /** Ends what lasts, and lets nothing strike any more. */
  end(): void {
    this.#isOver = true;
    for (const end of this.#ends) end();
  }

  #reached(integration: string | null, state: string): void {
    const { clock } = this.#options.room;
    for (const [strike, left] of this.#aimed) {
      if (!('state' in strike.when) || strike.when.state !== state) continue;
      this.#aimed.set(strike, left - 1);
      if (left > 1) continue;
      this.#aimed.delete(strike);
      const { laterMs } = strike.when;
      if (laterMs > 0) clock.schedule(laterMs, () => this.#begin(strike, integration));
      else queueMicrotask(() => this.#begin(strike, integration)); // not amid whoever has just told of it
    }
  }

  #begin(strike: Strike, integration: string | null): void {
    if (this.#isOver) return;
    const { room, onStruck } = this.#options;
    const site = room.sites.get(integration ?? '') ?? picked([...room.sites.values()], strike.pick);
    if (!site) return;
    onStruck(strike, site);
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

interface Moment {
  readonly name: (typeof moments)[number];
  readonly integration: string | null;
}

function momentOf(fact: Fact): Moment | null {
  switch (fact.what) {
    case 'act-began':
      return { name: 'remedy.began', integration: fact.act.integration };
    case 'restarted':
      return { name: 'remedy.took-effect', integration: fact.act?.integration ?? null };
    case 'run-began':
      return { name: 'run.began', integration: fact.integration };
    case 'life-began':
      return { name: 'life.began', integration: null };
    default:
      return null;
  }
}

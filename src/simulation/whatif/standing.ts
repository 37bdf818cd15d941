/** The faults of one pattern on the machine room: each begins at its time, and ends by time, by a remedy, or by a person. */
import { componentsOf } from '../../core/components.ts';
import type { MachineRoom } from '../outages/room/machine-room.ts';
import type { Site } from '../outages/room/site.ts';
import type { Begun } from './fault.ts';
import { kindOf } from './fault-kinds.ts';
import type { Pattern, PatternFault } from './pattern.ts';

interface Standing extends Begun {
  readonly site: Site;
  /** Whether time ends it. */
  readonly isTimed: boolean;
}

export interface FaultsOptions {
  readonly room: MachineRoom;
  readonly pattern: Pattern;
  /** Whom faults are about that name nobody. */
  readonly subject: string;
  /** When the pattern begins, on the clock that never jumps. */
  readonly beginsAt: number;
}

export class Faults {
  readonly #options: FaultsOptions;
  readonly #begun: Standing[] = [];
  /** Faults that have yet to begin at a time. */
  #awaited = 0;
  /** When the last fault that time begins or ends did so; on the clock that never jumps. */
  #lastTurnAt: number;

  constructor(options: FaultsOptions) {
    const { room, pattern, beginsAt } = options;
    this.#options = options;
    this.#lastTurnAt = beginsAt;
    for (const fault of pattern.faults) {
      if (fault.startMs === 'first-remedy') {
        this.#beginWithRemedy(fault);
        continue;
      }
      this.#awaited += 1;
      room.clock.schedule(beginsAt + fault.startMs - room.clock.monotonic(), () => {
        this.#awaited -= 1;
        this.#begin(fault);
      });
    }
  }

  /** Ids of the integrations that the pattern is about; those of none in particular are about its subject. */
  get targets(): ReadonlySet<string> {
    return new Set(this.#options.pattern.faults.flatMap((fault) => this.#sitesOf(fault).map(({ id }) => id)));
  }

  /** When time changed something last; null while it will again. */
  get lastTurnAt(): number | null {
    const isPending = this.#awaited > 0 || this.#begun.some(({ isTimed, stands }) => isTimed && stands());
    return isPending || this.#options.room.clock.monotonic() < this.#lastTurnAt ? null : this.#lastTurnAt;
  }

  /** Whether every fault that begins at a time has begun. */
  get haveBegun(): boolean {
    return this.#awaited === 0;
  }

  /** Whether anything keeps an integration from working. */
  stand(integration: string): boolean {
    return this.#begun.some(({ site, stands }) => site.id === integration && stands());
  }

  /** A person puts right whatever nothing else ends by itself. */
  healByPerson(integration: string): void {
    for (const { site, isTimed, end } of this.#begun) if (site.id === integration && !isTimed) end();
  }

  #sitesOf({ kind, on = this.#options.subject }: PatternFault): readonly Site[] {
    const all = [...this.#options.room.sites.values()];
    const named = [on].flat();
    const meant = named.includes('all') ? all : all.filter(({ id }) => named.includes(id));
    return kindOf(kind).isAboutAll ? meant.slice(0, 1) : meant;
  }

  #beginWithRemedy(fault: PatternFault): void {
    let isDone = false;
    this.#options.room.witness.listen((fact) => {
      if (isDone || fact.what !== 'act-began') return;
      isDone = true;
      queueMicrotask(() => this.#begin(fault)); // not amid whoever has just told of it
    });
  }

  #begin(fault: PatternFault): void {
    for (const site of this.#sitesOf(fault)) this.#beginOn(site, fault);
  }

  #beginOn(site: Site, fault: PatternFault): void {
    const { room } = this.#options;
    const kind = kindOf(fault.kind);
    const begun = kind.begin({ room, site, order: fault });
    const durationMs = fault.durationMs ?? kind.durationMs;
    this.#begun.push({ ...begun, site, isTimed: durationMs !== undefined });
    if (durationMs !== undefined) {
      room.clock.schedule(durationMs, begun.end);
      this.#lastTurnAt = Math.max(this.#lastTurnAt, room.clock.monotonic() + durationMs);
    }
    const components: { readonly [remedy: string]: string | undefined } = componentsOf(site.config);
    const healing = new Set([...(kind.healedBy ?? []), ...fault.healedBy].map((remedy) => components[remedy]));
    room.witness.listen((fact) => {
      if (fact.what === 'restarted' && healing.has(fact.component)) begun.end();
    });
  }
}

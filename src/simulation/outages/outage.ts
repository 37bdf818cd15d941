/** Plays one seed: a site, hours of faults, the healing, and what must be true then. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { IntegrationContext } from '../../../machines/context.ts';
import type { Config } from '../../supervise/config.ts';
import { randomOf } from '../random.ts';
import { differences } from '../site/audit.ts';
import { settle, startChanges } from '../site/changes.ts';
import { drawConfiguration } from './configuration.ts';
import type { Strike } from './faults/fault.ts';
import { drawStrikes, horizonOf } from './faults/plan.ts';
import { everOpen } from './oracles/open-windows.ts';
import { MachineRoom, type Sabotage } from './room/machine-room.ts';
import { type Site, size } from './room/site.ts';
import { States } from './states.ts';
import { Strikes } from './strikes.ts';

export interface OutageOptions {
  readonly seed: number;
  /** The planned faults. @default what the seed draws */
  readonly strikes?: readonly Strike[];
  /** Of the planned faults only these, by their place in the plan. @default all */
  readonly only?: readonly number[];
  /** The site and its policies. @default what the seed draws */
  readonly config?: Config;
  readonly sabotage?: Sabotage;
}

/** Changes at the source: enough for every run to find something, milliseconds. */
const changeMsMean = 15 * 60_000;

export class Outage {
  readonly room: MachineRoom;
  readonly states: States;
  readonly plan: readonly Strike[];
  readonly #struck: ((strike: Strike, site: Site) => void)[] = [];
  readonly #options: OutageOptions;
  readonly #strikes: Strikes;
  #stopChanges: readonly (() => void)[];
  #healedAt = Number.POSITIVE_INFINITY;
  /** Integrations that came to a true end since the healing, whatever slow probing tries after that. */
  readonly #givenUp = new Set<string>();
  /** By site: whether any rung that restarts its plugin has windows that open together with those of the ladder. */
  readonly #everOpen = new Map<string, boolean>();

  constructor(options: OutageOptions) {
    const { seed, only, sabotage, config = drawConfiguration(seed), strikes: plan = drawStrikes(seed) } = options;
    this.#options = options;
    this.plan = plan;
    this.room = new MachineRoom({ config, seed, sabotage });
    this.states = new States(this.room.witness);
    const { room, states } = this;
    const strikes = this.plan.filter((_, at) => only?.includes(at) ?? true);
    this.#strikes = new Strikes({ room, states, strikes, onStruck: (strike, site) => this.#tell(strike, site) });
    this.#stopChanges = [...room.sites.values()].map((site) =>
      startChanges({
        world: site.world,
        clock: room.clock,
        random: randomOf(seed, `changes ${site.id}`),
        pauseMsMean: changeMsMean,
        ...size,
      }),
    );
  }

  /** Calls back with each fault, just before it strikes, and whom it is about. */
  onStruck(listener: (strike: Strike, site: Site) => void): void {
    this.#struck.push(listener);
  }

  /** Hours in which everything goes wrong. */
  async suffer(isEnough: () => boolean): Promise<void> {
    void this.room.start();
    await this.#playUntil(horizonOf(this.#options.seed), isEnough);
  }

  /** Ends every fault and every change, and lets people put right what only they can. */
  heal(): void {
    const { room } = this;
    for (const stop of this.#stopChanges) stop();
    this.#stopChanges = [];
    this.#strikes.end();
    for (const site of room.sites.values()) settle(site.world, randomOf(this.#options.seed, `healing ${site.id}`));
    room.operators.areDiligent = true;
    room.operators.lookEveryMs = 60_000;
    this.#healedAt = room.clock.now();
    room.witness.see({ what: 'healed' });
  }

  /** Lets time pass until all is well; answers how long that took, or null when it did not come in time. */
  async converge(limitMs: number, isEnough: () => boolean): Promise<number | null> {
    const { clock } = this.room;
    const begun = clock.monotonic();
    await this.#playUntil(begun + limitMs, () => isEnough() || this.isWell());
    return this.isWell() ? clock.monotonic() - begun : null;
  }

  /** Whether every integration is watching, proven equal since the healing, and equal indeed; or rightly given up. */
  isWell(): boolean {
    for (const site of this.room.sites.values()) if (this.#isRightlyGivenUp(site)) this.#givenUp.add(site.id);
    return [...this.room.sites.values()].every((site) => this.#givenUp.has(site.id) || this.#isWell(site));
  }

  /** Where everybody stands, for whoever must find out why. */
  describe(): string {
    const all = [...this.room.sites.values()].map((site) => {
      const context = this.room.recordOf(site.id)?.context as unknown as IntegrationContext | undefined;
      const why = context?.escalation.quarantine?.reason ?? context?.synchronization.reason ?? null;
      const unequal = differences(site.world)[0]?.what ?? 'equal';
      return `${site.id}: ${[...this.states.of(site.id)].join(' ')}; ${why?.code} ${why?.message}; ${unequal}`;
    });
    return all.join('. ');
  }

  close(): Promise<void> {
    return this.room.close();
  }

  #tell(strike: Strike, site: Site): void {
    for (const listener of this.#struck) listener(strike, site);
  }

  #isWell(site: Site): boolean {
    const states = this.states.of(site.id);
    if (!states.has('escalation.watching') || !states.has('synchronization.run.succeeded')) return false;
    const context = this.room.recordOf(site.id)?.context as unknown as IntegrationContext | undefined;
    return (context?.synchronization.provenEqualAt ?? 0) > this.#healedAt && differences(site.world).length === 0;
  }

  /** In quarantine, with a reason that is true: its plugin is down, and the policy has nothing that may start it again. */
  #isRightlyGivenUp(site: Site): boolean {
    const { servers, config } = this.room;
    const server = servers.get(site.config.server);
    if (!this.states.of(site.id).has('escalation.quarantined') || !server || server.hasLive(site.id)) return false;
    const context = this.room.recordOf(site.id)?.context as unknown as IntegrationContext | undefined;
    const reason = context?.escalation.quarantine?.reason.code ?? '';
    const mayRestart = restartsOf(site).length > 0;
    if (!mayRestart && (reason === 'plugin-down' || reason === 'plugin-hung')) return true;
    if (reason !== 'exhausted') return false;
    const { dryRun, blastRadiusMax } = config.fleet;
    return dryRun || (mayRestart && (blastRadiusMax !== null || !this.#mayEverRestart(site)));
  }

  #mayEverRestart(site: Site): boolean {
    const { windows } = site.config.policy.ladder;
    const known = this.#everOpen.get(site.id) ?? restartsOf(site).some((rung) => everOpen([windows, rung.windows]));
    this.#everOpen.set(site.id, known);
    return known;
  }

  async #playUntil(elapsedMs: number, isEnough: () => boolean): Promise<void> {
    const { room } = this;
    const { clock } = room;
    await letOthersRun();
    for (let dueAt = clock.nextDueAt; dueAt !== null && dueAt <= elapsedMs; dueAt = clock.nextDueAt) {
      clock.fireNext();
      await letOthersRun();
      room.look();
      if (isEnough()) return;
    }
  }
}

/** The rungs that start the plugin of a site again. */
const restartsOf = ({ config }: Site) =>
  config.policy.ladder.rungs.filter(({ remedy }) => remedy === 'restart-plugin' || remedy === 'restart-server');

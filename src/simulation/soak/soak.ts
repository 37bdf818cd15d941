/** Weeks of a site in minutes: the real engine under a virtual clock, with everything going wrong that can. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../connectors/connector.ts';
import type { RunResult } from '../../sync/run-result.ts';
import { randomOf } from '../random.ts';
import { startChanges } from '../site/changes.ts';
import { EntityOracles, type Violation } from '../site/entity-oracles.ts';
import { World } from '../site/world.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { calm } from './calm.ts';
import { Faults } from './faults.ts';
import { Mischief } from './mischief.ts';
import { Rounds } from './round.ts';
import { SimulatedPlugin } from './simulated-plugin.ts';

const minuteMs = 60_000;
const roundMs = 15 * minuteMs;
/** The round of the full run, at two in the night. */
const nightly = 8;

export interface SoakOptions {
  readonly seed: number;
  readonly people?: number;
  readonly groups?: number;
  /** Runs a day, one every quarter of an hour. @default 96 */
  readonly roundsOfDay?: number;
  /** See {@link SimulatedPlugin}; for worlds that are broken on purpose. */
  readonly disguise?: (source: Source) => Source;
}

/** What has happened since the beginning. */
export interface Tally {
  readonly days: number;
  readonly runs: number;
  readonly changes: number;
  readonly faults: { readonly [fault: string]: number };
  readonly kills: number;
  /** How runs ended: their outcome or its reason, and how often. */
  readonly ends: { readonly [end: string]: number };
  readonly createdTwice: number;
  readonly deletedAfterMove: number;
  readonly provenDays: number;
  readonly indexBytes: number;
  readonly violations: readonly Violation[];
}

export class Soak {
  #days = 0;
  #provenDays = 0;
  readonly #seed: number;
  readonly #roundsOfDay: number;
  readonly #directory = mkdtempSync(join(tmpdir(), 'syncwarden-soak-'));
  readonly #clock = new VirtualClock();
  readonly #world: World;
  readonly #faults: Faults;
  readonly #mischief: Mischief;
  readonly #oracles: EntityOracles;
  readonly #plugin: SimulatedPlugin;
  readonly #rounds: Rounds;
  readonly #size: { readonly people: number; readonly groups: number };
  readonly #ends: { [end: string]: number } = {};
  #lastReason: RunResult['reason'] = null;

  constructor({ seed, people = 1_000, groups = 80, roundsOfDay = 96, disguise }: SoakOptions) {
    this.#roundsOfDay = roundsOfDay;
    this.#seed = seed;
    this.#size = { people, groups };
    const [world, clock] = [new World({ random: randomOf(seed, 'founding'), people, groups }), this.#clock];
    this.#world = world;
    this.#faults = new Faults(randomOf(seed, 'faults'));
    this.#mischief = new Mischief({ world, clock, faults: this.#faults, random: randomOf(seed, 'mischief') });
    this.#oracles = new EntityOracles(world);
    const parts = { world, clock, faults: this.#faults, mischief: this.#mischief, oracles: this.#oracles };
    const latency = randomOf(seed, 'latency');
    this.#plugin = new SimulatedPlugin({
      ...parts,
      latency,
      directory: this.#directory,
      ...(disguise ? { disguise } : {}),
    });
    this.#rounds = new Rounds({ ...parts, plugin: this.#plugin, people: randomOf(seed, 'asked') });
  }

  /** One virtual day, and its calm. Stops early once an oracle has spoken. */
  async day(): Promise<void> {
    const [clock, world] = [this.#clock, this.#world];
    const random = randomOf(this.#seed, `day ${this.#days}`);
    const stopChanges = startChanges({
      world,
      clock,
      random: randomOf(this.#seed, `changes ${this.#days}`),
      ...this.#size,
    });
    for (let round = 0; round < this.#roundsOfDay && this.#oracles.violations.length === 0; round += 1) {
      const endsAt = clock.now() + roundMs;
      this.#mischief.plan(roundMs);
      this.#faults.arm();
      const draw = random.next();
      const result = await this.#rounds.run({
        mode: round === nightly ? 'full' : 'delta',
        depth: round === nightly || draw < 0.15 ? 'content' : draw < 0.9 ? 'sampled' : 'counts',
        // Somebody looks at what the guard has stopped; of an empty source nobody makes a success.
        approveDeletes: this.#lastReason === 'delete-guard' && random.chance(0.7),
        withFeed: this.#faults.listFault === null && random.chance(0.85),
      });
      this.#lastReason = result?.reason ?? null;
      const end = result === null ? 'interrupted' : (result.reason ?? 'succeeded');
      this.#ends[end] = (this.#ends[end] ?? 0) + 1;
      const listFault = this.#faults.listFault;
      if (listFault) this.#faults.note(listFault);
      clock.pass(Math.max(0, endsAt - clock.now()));
    }
    stopChanges();
    this.#days += 1;
    if (this.#oracles.violations.length > 0) return;
    const proven = await calm({
      world,
      clock,
      faults: this.#faults,
      mischief: this.#mischief,
      oracles: this.#oracles,
      plugin: this.#plugin,
      rounds: this.#rounds,
      random,
    });
    if (proven) this.#provenDays += 1;
  }

  tally(): Tally {
    return {
      days: this.#days,
      runs: this.#rounds.runs,
      changes: this.#world.changes,
      faults: this.#faults.struck,
      kills: this.#plugin.kills,
      ends: this.#ends,
      createdTwice: this.#oracles.createdTwice,
      deletedAfterMove: this.#oracles.deletedAfterMove,
      provenDays: this.#provenDays,
      indexBytes: statSync(this.#plugin.indexFile).size,
      violations: this.#oracles.violations,
    };
  }

  async close(): Promise<void> {
    await this.#plugin.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The plugin under simulation: the real engine on a real index, between two systems in memory, and killed like a process. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Source, Target } from '../../connectors/connector.ts';
import type { Operation } from '../../connectors/memory/interceptor.ts';
import { createMemorySource } from '../../connectors/memory/source.ts';
import { createMemoryTarget } from '../../connectors/memory/target.ts';
import { Claims } from '../../sync/claims.ts';
import type { EntityIndex } from '../../sync/index/entity-index.ts';
import { openLmdbIndex } from '../../sync/index/lmdb-index.ts';
import { takeOver } from '../../sync/lease.ts';
import type { OnDemandOptions } from '../../sync/on-demand.ts';
import type { Random } from '../random.ts';
import type { EntityOracles } from '../site/entity-oracles.ts';
import { simulatedMapping, type Type } from '../site/mapping.ts';
import { withShortLists } from '../site/short-lists.ts';
import type { World } from '../site/world.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { type Faults, isSimulated, simulated } from './faults.ts';
import type { Mischief } from './mischief.ts';

export interface PluginParts {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly mischief: Mischief;
  readonly oracles: EntityOracles;
  /** How long each request takes. */
  readonly latency: Random;
  /** Its own; each life has its index in a folder inside. */
  readonly directory: string;
  /** What stands between the engine and the source; for worlds that are broken on purpose. */
  readonly disguise?: (source: Source) => Source;
}

/** Both sides, the index and the time, as the engine is given them. */
export type Sides = Omit<OnDemandOptions, 'kind' | 'key'>;

/** Milliseconds that one request takes at least, and how much more. */
const latencyMs = { least: 5, spread: 60 };

export class SimulatedPlugin {
  kills = 0;
  readonly #parts: PluginParts;
  #index: EntityIndex;
  #folder: string;
  #claims = new Claims();
  #life = 0;
  #isDead = false;

  constructor(parts: PluginParts) {
    this.#parts = parts;
    this.#folder = join(parts.directory, 'life-0');
    this.#index = openLmdbIndex({ folder: this.#folder });
  }

  /** The index as it is on disk, past every fault: for whoever audits it. */
  get index(): EntityIndex {
    return this.#index;
  }

  get indexFile(): string {
    return join(this.#folder, 'data.mdb');
  }

  /** Everything that a call to the engine needs; of this life only. */
  sides({ withFeed }: { readonly withFeed: boolean }): Sides {
    const { clock } = this.#parts;
    return {
      source: this.#source(withFeed),
      target: this.#target(),
      mapping: simulatedMapping,
      index: this.#mortal(this.#index),
      claims: this.#claims,
      clock,
      signal: new AbortController().signal,
    };
  }

  /** Names whoever holds the lease. */
  get owner(): string {
    return `life ${this.#life}`;
  }

  /** Does the work; null when a simulated fault ended it. Afterwards the plugin lives, be it again. */
  async survive<Result>(work: () => Promise<Result>): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      if (!isSimulated(error)) throw error;
      return null;
    }
  }

  /** After a kill: what is on disk is all that is left. Call when nothing is under way any more. */
  async reviveIfDead(): Promise<void> {
    if (!this.#isDead) return;
    const former = { index: this.#index, folder: this.#folder };
    this.#life += 1;
    // Two folders in turns: lmdb remembers every path it has ever opened, for as long as its process lives.
    this.#folder = join(this.#parts.directory, `life-${this.#life % 2}`);
    mkdirSync(this.#folder, { recursive: true });
    // A copy of the file, because closing the old index is more than a killed process does.
    copyFileSync(join(former.folder, 'data.mdb'), this.indexFile);
    await former.index.close();
    rmSync(former.folder, { recursive: true, force: true });
    this.#index = openLmdbIndex({ folder: this.#folder });
    this.#claims = new Claims();
    this.#isDead = false;
    await takeOver({ index: this.#index, by: 'the plugin that opened its index after it' });
  }

  close(): Promise<void> {
    return this.#index.close();
  }

  #source(withFeed: boolean): Source {
    const { world, faults, disguise = (honest) => honest } = this.#parts;
    const life = this.#life;
    const interceptor = (operation: Operation) => this.#pass(life, operation);
    const whole = createMemorySource({ records: world.records, pageSize: 250, interceptor });
    const { changes, ...walked } = whole;
    const source: Source = withFeed
      ? whole
      : { ...walked, capabilities: { ...whole.capabilities, changeFeed: 'none', tombstones: 'none' } };
    return disguise(withShortLists(source, () => faults.listFault));
  }

  #target(): Target {
    const { world } = this.#parts;
    const life = this.#life;
    const interceptor = (operation: Operation) => this.#pass(life, operation);
    const newId = () => world.newId();
    return createMemoryTarget({ entities: world.entities, newId, pageSize: 500, readBatch: 100, interceptor });
  }

  /** An index that takes nothing more from a process that is dead. */
  #mortal(index: EntityIndex): EntityIndex {
    const life = this.#life;
    return {
      ...index,
      commit: async (changes) => {
        this.#strike(life, 'commit', 'before');
        await index.commit(changes);
        this.#strike(life, 'commit', 'after');
      },
    };
  }

  async #pass(life: number, { call, when, of, subject }: Operation): Promise<void> {
    const { clock, latency, oracles, world, mischief, faults } = this.#parts;
    if (this.#isDead || life !== this.#life) throw simulated('SW_UNREACHABLE');
    if (when === 'before') clock.pass(latencyMs.least + latency.below(latencyMs.spread));
    if (call === 'get' && when === 'after' && of && subject) oracles.looked(of, subject);
    if (call === 'remove' && when === 'before' && of && subject)
      await oracles.aboutToRemove(this.#index, of as Type, subject); // the types of the target are these
    if ((call === 'create' || call === 'update') && when === 'before' && of && subject) {
      const key = call === 'create' ? subject : (world.entities[of as Type].get(subject)?.key ?? '');
      if (mischief.isRefused(of, key)) {
        faults.note('refused');
        throw simulated('SW_REFUSED');
      }
    }
    this.#strike(life, call, when);
  }

  #strike(life: number, call: Operation['call'] | 'commit', when: Operation['when']): void {
    if (this.#isDead || life !== this.#life) throw simulated('SW_UNREACHABLE');
    if (this.#parts.faults.pass(call, when) !== 'kill') return;
    this.#isDead = true;
    this.kills += 1;
    throw simulated('SW_UNREACHABLE');
  }
}

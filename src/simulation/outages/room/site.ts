/** One integration of the simulation: its two systems, the ways to them, and the index on the disk of its plugin host. */

import type { Source, Target } from '../../../connectors/connector.ts';
import type { Operation } from '../../../connectors/memory/interceptor.ts';
import { createMemorySource } from '../../../connectors/memory/source.ts';
import { createMemoryTarget } from '../../../connectors/memory/target.ts';
import type { Clock } from '../../../core/clock.ts';
import type { IntegrationConfig } from '../../../supervise/config.ts';
import { createPlugin, type Plugin } from '../../../supervise/plugin-host/plugin.ts';
import type { EntityIndex } from '../../../sync/index/entity-index.ts';
import { createMemoryIndex } from '../../../sync/index/memory-index.ts';
import { takeOver } from '../../../sync/lease.ts';
import { randomOf } from '../../random.ts';
import { EntityOracles } from '../../site/entity-oracles.ts';
import { simulatedMapping, type Type } from '../../site/mapping.ts';
import { type ListFault, withShortLists } from '../../site/short-lists.ts';
import { World } from '../../site/world.ts';
import type { Witness } from '../witness.ts';
import { Line } from './line.ts';
import type { PluginProcess } from './plugin-process.ts';
import { simulated } from './simulated-failure.ts';

/** What stands between a plugin and the rest, for worlds that are broken on purpose. */
export interface Disguise {
  readonly source?: (source: Source, site: Site) => Source;
  readonly index?: (index: EntityIndex) => EntityIndex;
}

export interface SiteOptions {
  readonly config: IntegrationConfig;
  readonly seed: number;
  readonly witness: Witness;
  readonly disguise?: Disguise | undefined;
}

/** Of each site: more people than a list that ends early shows. */
export const size = { people: 11, groups: 3 };
const goodVersions = { source: '2.90', target: '5.12' };

export class Site {
  readonly id: string;
  readonly config: IntegrationConfig;
  readonly world: World;
  readonly entities: EntityOracles;
  readonly source: Line;
  readonly target: Line;
  readonly versions: { source: string; target: string } = { ...goodVersions };
  /** Whether other ports of the source's machine answer; null when none is named. */
  sourceHostAnswers: boolean | null = null;
  /** What is wrong with its lists now. */
  listFault: ListFault | null = null;
  /** What the source adds to the totals that it states. */
  totalLie = 0;
  /** Entities that the target refuses. */
  readonly refused = new Set<string>();
  readonly #index = createMemoryIndex();
  readonly #options: SiteOptions;

  constructor(options: SiteOptions) {
    const { config, seed } = options;
    this.#options = options;
    this.id = config.id;
    this.config = config;
    this.world = new World({ random: randomOf(seed, `${config.id} founding`), ...size });
    this.entities = new EntityOracles(this.world);
    this.source = new Line(randomOf(seed, `${config.id} source`));
    this.target = new Line(randomOf(seed, `${config.id} target`));
  }

  get index(): EntityIndex {
    return this.#index;
  }

  /** Whether the versions of both sides go together, as the vendors say. */
  get isCompatible(): boolean {
    return this.versions.source === goodVersions.source && this.versions.target === goodVersions.target;
  }

  bringVersionsTogether(): void {
    Object.assign(this.versions, goodVersions);
  }

  /** Opens the plugin in a process: what the one before it held on the disk is there, and its lease is taken. */
  async open(process: PluginProcess): Promise<Plugin> {
    const { config, disguise } = this.#options;
    await takeOver({ index: this.#index, by: 'the plugin that was started after it' });
    const source = this.#source(process);
    const index = this.#mortal(process);
    const { clock } = process.life;
    return createPlugin(
      {
        source: disguise?.source?.(source, this) ?? source,
        target: this.#target(process),
        mapping: simulatedMapping,
        index: disguise?.index?.(index) ?? index,
        compatible: config.compatible,
        policy: config.policy.synchronization,
        owner: `plugin of ${config.id}`,
      },
      clock,
    );
  }

  #source(process: PluginProcess): Source {
    const { clock } = process.life;
    const interceptor = (operation: Operation) => this.#passSource(process, operation);
    const whole = createMemorySource({ records: this.world.records, pageSize: 4, interceptor });
    const { changes: _changes, ...walked } = whole;
    const lying: Source = {
      ...walked,
      // Without a feed: every run walks, so that every list can lie.
      capabilities: { ...whole.capabilities, changeFeed: 'none', tombstones: 'none' },
      probe: (signal) => timed(clock, async () => ({ ...(await whole.probe(signal)), version: this.versions.source })),
      walk: async (kind, cursor, signal) => {
        const page = await whole.walk(kind, cursor, signal);
        return { ...page, total: page.total === null ? null : page.total + this.totalLie };
      },
    };
    return withShortLists(lying, () => this.listFault);
  }

  #target(process: PluginProcess): Target {
    const { clock } = process.life;
    const target = createMemoryTarget({
      entities: this.world.entities,
      newId: () => this.world.newId(),
      pageSize: 6,
      readBatch: 6,
      maxConcurrency: 2,
      interceptor: (operation) => this.#passTarget(process, operation),
    });
    return {
      ...target,
      probe: (signal) => timed(clock, async () => ({ ...(await target.probe(signal)), version: this.versions.target })),
    };
  }

  async #passSource(process: PluginProcess, operation: Operation): Promise<void> {
    await this.source.pass(process, operation);
    const { call, when, of, subject } = operation;
    if (call === 'get' && when === 'after' && of && subject) this.entities.looked(of, subject);
  }

  async #passTarget(process: PluginProcess, operation: Operation): Promise<void> {
    const { call, when, of, subject } = operation;
    const isWrite = call === 'create' || call === 'update' || call === 'remove';
    if (isWrite && when === 'after') this.#options.witness.see({ what: 'written', integration: this.id });
    await this.target.pass(process, operation);
    if (!of || !subject || !isWrite || when === 'after') return;
    const type = of as Type; // the types of the target are these
    if (call === 'remove') return this.entities.aboutToRemove(this.#index, type, subject);
    const key = call === 'create' ? subject : (this.world.entities[type].get(subject)?.key ?? '');
    if (this.refused.has(`${type} ${key}`)) throw simulated('SW_REFUSED');
  }

  /** An index that takes nothing more from a process that is dead. Closing it keeps it. */
  #mortal(process: PluginProcess): EntityIndex {
    return {
      ...this.#index,
      commit: async (changes) => {
        await process.awake();
        await this.#index.commit(changes);
      },
      close: () => Promise.resolve(),
    };
  }
}

async function timed<Report extends object>(
  clock: Clock,
  probe: () => Promise<Report>,
): Promise<Report & { latencyMs: number }> {
  const begun = clock.monotonic();
  const report = await probe();
  return { ...report, latencyMs: clock.monotonic() - begun };
}

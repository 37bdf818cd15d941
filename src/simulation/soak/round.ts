/** One quarter of an hour: a run, what people ask for beside it, and what the supervisor does when it is interrupted. */

import { synchronizeEntity } from '../../sync/on-demand.ts';
import type { Depth } from '../../sync/prove.ts';
import { retryRejected } from '../../sync/rejected.ts';
import { synchronize } from '../../sync/run.ts';
import type { Mode, RunResult } from '../../sync/run-result.ts';
import type { Random } from '../random.ts';
import type { EntityOracles } from '../site/entity-oracles.ts';
import type { World } from '../site/world.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Faults } from './faults.ts';
import { isSimulated } from './faults.ts';
import type { SimulatedPlugin } from './simulated-plugin.ts';

/** How often an interrupted run is gone on with before the next one is due. */
const resumesMax = 3;
const resumeAfterMs = 30_000;

export interface RoundParts {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly oracles: EntityOracles;
  readonly plugin: SimulatedPlugin;
  /** Draws what people ask for. */
  readonly people: Random;
}

export interface RunOrder {
  readonly mode: Mode;
  readonly depth: Depth;
  readonly approveDeletes: boolean;
  readonly withFeed: boolean;
}

export class Rounds {
  runs = 0;
  readonly #parts: RoundParts;

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  /** Runs, and goes on after interruptions; null when it has not come to its end. */
  async run(order: RunOrder): Promise<RunResult | null> {
    const { clock, plugin } = this.#parts;
    for (let resumes = 0; ; resumes += 1) {
      const result = await this.#attempt(order);
      if (result !== null || resumes === resumesMax) return result;
      clock.pass(resumeAfterMs);
      await plugin.reviveIfDead();
    }
  }

  /** Offers every rejected record again, as a person does. */
  async retryAll(): Promise<void> {
    const { plugin } = this.#parts;
    await plugin.survive(() => retryRejected({ ...plugin.sides({ withFeed: true }), refs: 'all' }));
  }

  async #attempt({ withFeed, ...order }: RunOrder): Promise<RunResult | null> {
    const { oracles, plugin } = this.#parts;
    this.runs += 1;
    oracles.beginRun();
    const beside: Promise<unknown>[] = [];
    const cancels = this.#askBeside(beside);
    try {
      const result = await plugin.survive(() =>
        synchronize({
          ...order,
          ...plugin.sides({ withFeed }),
          runId: `run-${this.runs}`,
          owner: plugin.owner,
          report: (told) => {
            if (told.kind === 'phase' && told.phase === 'sweeping') oracles.beginSweep();
          },
        }),
      );
      await Promise.all(beside);
      if (result) oracles.ended(result);
      return result;
    } catch (error) {
      oracles.violate('unexpected-error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      await Promise.all(beside);
      return null;
    } finally {
      for (const cancel of cancels) cancel();
      await plugin.reviveIfDead();
    }
  }

  /** Now and then somebody asks for one record, or offers the rejected ones again, while the run is under way. */
  #askBeside(beside: Promise<unknown>[]): readonly (() => void)[] {
    const { clock, people, plugin, world } = this.#parts;
    const count = people.chance(0.3) ? 1 + people.below(3) : 0;
    return Array.from({ length: count }, () => {
      const isRetry = people.chance(0.25);
      const key = people.pick([...world.records.person.keys()]) ?? '';
      return clock.schedule(people.below(10_000), () => {
        const sides = plugin.sides({ withFeed: true });
        const work = isRetry
          ? retryRejected({ ...sides, refs: 'all' })
          : synchronizeEntity({ ...sides, kind: 'person', key });
        beside.push(work.catch((error: unknown) => this.#judge(error)));
      });
    });
  }

  #judge(error: unknown): void {
    if (isSimulated(error)) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#parts.oracles.violate('unexpected-error', `beside the run: ${text}`);
  }
}

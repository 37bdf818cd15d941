/** The calm of each day: faults and changes rest, and everything must come to be true, proven and still. */
import type { RunResult } from '../../sync/run-result.ts';
import type { Random } from '../random.ts';
import { differences, indexErrors, rejectedErrors } from '../site/audit.ts';
import { settle } from '../site/changes.ts';
import type { EntityOracles } from '../site/entity-oracles.ts';
import type { World } from '../site/world.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Faults } from './faults.ts';
import type { Mischief } from './mischief.ts';
import type { Rounds, RunOrder } from './round.ts';
import type { SimulatedPlugin } from './simulated-plugin.ts';

/** Runs within which the world must be in order. */
const runsMax = 5;
const pauseMs = 60_000;

export interface CalmParts {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly mischief: Mischief;
  readonly oracles: EntityOracles;
  readonly plugin: SimulatedPlugin;
  readonly rounds: Rounds;
  readonly random: Random;
}

/** Answers whether the day ended proven equal. Call while nothing changes. */
export async function calm(parts: CalmParts): Promise<boolean> {
  const { world, faults, mischief, oracles, plugin, rounds, random } = parts;
  const violationsBefore = oracles.violations.length;
  faults.disarm();
  // What is refused stays refused: then the list of rejected records must be the truth.
  const rejected = await runUntil(parts, ({ reason }) => reason === null || reason === 'rejected');
  if (rejected === null) oracles.violate('not-proven', `no end but for rejected records after ${runsMax} runs`);
  else take(oracles, await rejectedErrors(world, plugin.index));

  mischief.forgive();
  settle(world, random);
  await rounds.retryAll();
  const last = await runUntil(parts, ({ outcome }) => outcome === 'succeeded');
  if (last === null) oracles.violate('not-proven', `not proven equal after ${runsMax} runs without a fault`);
  take(oracles, differences(world));
  take(oracles, await indexErrors(world, plugin.index));
  if ((await plugin.index.countRejected()) > 0) oracles.violate('rejected-wrong', 'not empty when all is in order');

  const still = await rounds.run({ mode: 'delta', depth: 'content', approveDeletes: false, withFeed: true });
  const { created, updated, deleted } = still?.written ?? { created: -1, updated: 0, deleted: 0 };
  if (created + updated + deleted !== 0) oracles.violate('not-at-rest', JSON.stringify(still?.written ?? null));
  return oracles.violations.length === violationsBefore;
}

async function runUntil(
  { clock, rounds }: CalmParts,
  isEnd: (result: RunResult) => boolean,
): Promise<RunResult | null> {
  let approveDeletes = false;
  for (let runs = 0; runs < runsMax; runs += 1) {
    clock.pass(pauseMs);
    const order: RunOrder = { mode: runs === 2 ? 'full' : 'delta', depth: 'content', approveDeletes, withFeed: true };
    const result = await rounds.run(order);
    if (result && isEnd(result)) return result;
    approveDeletes = result?.reason === 'delete-guard' || result?.reason === 'empty-source';
  }
  return null;
}

function take(
  oracles: EntityOracles,
  found: readonly { readonly oracle: Parameters<EntityOracles['violate']>[0]; readonly what: string }[],
) {
  for (const { oracle, what } of found.slice(0, 5)) oracles.violate(oracle, what);
}

/** Runs over a test world with everything filled in that a test does not speak of. */
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { type SynchronizeOptions, synchronize } from '../../src/sync/run.ts';
import type { Mode, RunResult } from '../../src/sync/run-result.ts';
import { createWorld, testMapping, type World } from './world.ts';

/** Two groups and people `p0`, `p1`, ... in group `g1`, each with the card `c0`, `c1`, ... */
export function populated(people: number, pageSize = 4, cascade = false): World {
  const world = createWorld({ pageSize, cascade });
  for (const group of ['g1', 'g2']) world.put('group', group, { name: group });
  for (let at = 0; at < people; at += 1) {
    world.put('person', `p${at}`, { name: `P${at}`, groups: ['g1'], card: `c${at}` });
  }
  return world;
}

export function sync(
  world: World,
  index: EntityIndex,
  mode: Mode,
  more: Partial<SynchronizeOptions> = {},
): Promise<RunResult> {
  return synchronize({
    runId: 'run',
    mode,
    source: world.source,
    target: world.target,
    mapping: testMapping,
    index,
    clock: world.clock,
    signal: new AbortController().signal,
    report: () => {},
    ...more,
  });
}

/** The writes to the target, in order. */
export function writes(world: World): string[] {
  return world.requests.filter((request) => /^(create|update|remove) /.test(request));
}

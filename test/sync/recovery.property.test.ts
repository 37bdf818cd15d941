/**
 * An interrupted synchronization always recovers: whatever request or commit it is cut at, before or after the effect,
 * running it again ends in proven equality, without duplicates and without writing anything twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { openLmdbIndex } from '../../src/sync/index/lmdb-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { synchronize } from '../../src/sync/run.ts';
import type { Mode, RunResult } from '../../src/sync/run-result.ts';
import { actualContent, coded, createWorld, expectedContent, testMapping, type World } from './world.ts';

interface Person {
  readonly groups: readonly number[];
  readonly card: boolean;
  readonly disabled: boolean;
  readonly name: number;
}
interface Population {
  readonly groups: readonly number[];
  readonly people: readonly (Person | null)[];
}
interface Interruption {
  readonly afterOperations: number;
  readonly at: 'before' | 'after';
  /** A kill lets nothing through any more, not even a commit; a fault is one lost request or answer. */
  readonly how: 'kill' | 'fault';
}

const person = fc.record({
  groups: fc.uniqueArray(fc.nat(2), { maxLength: 3 }),
  card: fc.boolean(),
  disabled: fc.boolean(),
  name: fc.nat(2),
});
const population: fc.Arbitrary<Population> = fc.record({
  groups: fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
  people: fc.array(fc.option(person), { minLength: 1, maxLength: 9 }),
});
const interruption: fc.Arbitrary<Interruption> = fc.record({
  afterOperations: fc.nat(60),
  at: fc.constantFrom('before', 'after'),
  how: fc.constantFrom('kill', 'fault'),
});

function populate(world: World, { groups, people }: Population): void {
  groups.forEach((name, at) => {
    world.put('group', `g${at}`, { name });
  });
  // One person is always there: a source that turns empty is a case of its own, and stops the sweep.
  world.put('person', 'p-0', { name: 0, groups: [] });
  for (let at = 0; at < 9; at += 1) {
    const one = people[at];
    if (!one) world.drop('person', `p${at}`);
    else {
      const card = one.card ? { card: `c${at}` } : {};
      world.put('person', `p${at}`, { ...one, groups: one.groups.map((group) => `g${group}`), ...card });
    }
  }
}

/** Cuts the world and the index at the given operation; afterwards a killed process does nothing at all. */
function interruptible(world: World, index: EntityIndex, { afterOperations, at, how }: Interruption): EntityIndex {
  let operations = 0;
  let cut = false;
  const tap = (when: 'before' | 'after') => {
    if (cut && how === 'kill') throw coded('SW_UNREACHABLE', 'a killed process');
    if (when !== at) return;
    operations += 1;
    if (cut || operations <= afterOperations) return;
    cut = true;
    throw coded('SW_UNREACHABLE', 'a cut');
  };
  world.tap = (operation) => tap(operation.at);
  return {
    ...index,
    async commit(changes) {
      tap('before');
      await index.commit(changes);
      tap('after');
    },
  };
}

async function runOnce(world: World, index: EntityIndex, mode: Mode): Promise<RunResult> {
  return await synchronize({
    runId: 'run',
    mode,
    source: world.source,
    target: world.target,
    mapping: testMapping,
    index,
    clock: world.clock,
    signal: new AbortController().signal,
    limits: { deleteShareMax: 1 },
    report: () => {},
  });
}

async function interruptAndRecover(
  open: () => EntityIndex,
  reopen: (index: EntityIndex) => Promise<EntityIndex>,
  first: Population,
  second: Population,
  mode: Mode,
  interruptions: readonly Interruption[],
): Promise<void> {
  const world = createWorld();
  let index = open();
  populate(world, first);
  await runOnce(world, index, 'full');
  populate(world, second);
  world.requests.length = 0;
  for (const cut of interruptions) {
    await runOnce(world, interruptible(world, index, cut), mode).catch(() => {});
    index = await reopen(index);
  }
  world.tap = () => {};
  const result = await runOnce(world, index, mode);
  await index.close();

  expect({ outcome: result.outcome, reason: result.reason }).toEqual({ outcome: 'succeeded', reason: null });
  expect(actualContent(world)).toEqual(expectedContent(world));
  expect({ rewritten: world.equalRewrites, createdTwice: world.createdTwice }).toEqual({
    rewritten: [],
    createdTwice: [],
  });
}

describe('an interrupted synchronization always recovers', () => {
  test('with the index in memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        population,
        population,
        fc.constantFrom<Mode>('full', 'delta'),
        fc.array(interruption, { maxLength: 5 }),
        (first, second, mode, interruptions) =>
          interruptAndRecover(createMemoryIndex, async (index) => index, first, second, mode, interruptions),
      ),
      { numRuns: 300 },
    );
  });

  test('with the index on disk, reopened after each interruption', async () => {
    await fc.assert(
      fc.asyncProperty(
        population,
        population,
        fc.array(interruption, { minLength: 1, maxLength: 3 }),
        async (first, second, interruptions) => {
          const folder = mkdtempSync(join(tmpdir(), 'syncwarden-index-'));
          const open = () => openLmdbIndex({ folder });
          const reopen = async (index: EntityIndex) => {
            await index.close();
            return open();
          };
          try {
            await interruptAndRecover(open, reopen, first, second, 'delta', interruptions);
          } finally {
            rmSync(folder, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

/**
 * Whatever the feed says and wherever the relay is killed: every event stands in the target, in order for each entity,
 * once where the target can tell, at least once where it cannot, and the counters say so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventSourceCapabilities, SourceEvent } from '../../src/connectors/events.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { openLmdbRelayStore } from '../../src/relay/lmdb-relay-store.ts';
import { lostInAll } from '../../src/relay/relay-counters.ts';
import type { RelayStore } from '../../src/relay/relay-store.ts';
import { type Bench, coded, openBench } from './relay-bench.ts';

interface Happening {
  readonly entity: number;
  /** Another entity that is mentioned; null for none. */
  readonly also: number | null;
}

/** How the feed lies about one page. */
interface Lie {
  readonly order: 'kept' | 'reversed' | 'rotated';
  readonly repeats: number;
  readonly omits: number | null;
  readonly withholds: boolean;
}

interface Cut {
  readonly afterOperations: number;
  readonly how: 'kill' | 'fault';
  readonly code: ErrorCode;
  readonly when: 'before' | 'after';
  /** Events that happen while nobody looks. */
  readonly meanwhile: readonly Happening[];
  /** Whether the bookmark is too old by then. */
  readonly forgets: boolean;
}

const happening: fc.Arbitrary<Happening> = fc.record({ entity: fc.nat(3), also: fc.option(fc.nat(2)) });
const happenings = fc.array(happening, { minLength: 1, maxLength: 12 });
const lie: fc.Arbitrary<Lie> = fc.record({
  order: fc.constantFrom('kept', 'reversed', 'rotated'),
  repeats: fc.nat(3),
  omits: fc.option(fc.nat(3)),
  withholds: fc.boolean(),
});
const cut: fc.Arbitrary<Cut> = fc.record({
  afterOperations: fc.nat(40),
  how: fc.constantFrom('kill', 'fault'),
  code: fc.constantFrom('SW_UNREACHABLE', 'SW_TIMEOUT', 'SW_SESSION_LOST', 'SW_SERVER_FAILED', 'SW_LICENCE'),
  when: fc.constantFrom('before', 'after'),
  meanwhile: fc.array(happening, { maxLength: 8 }),
  forgets: fc.boolean(),
});

function happen(bench: Bench, all: readonly Happening[]): void {
  for (const { entity, also } of all) bench.happen(`d${entity}`, 'opened', also === null ? [] : [`p${also}`]);
}

/** Shows pages as the lies say, one after the other; what is withheld comes with the next page. */
function lying(lies: readonly Lie[]): (page: readonly SourceEvent[]) => readonly SourceEvent[] {
  let turn = 0;
  let withheld: readonly SourceEvent[] = [];
  let before: readonly SourceEvent[] = [];
  return (page) => {
    const one = lies[turn++ % Math.max(1, lies.length)];
    if (one === undefined) return page;
    const kept = page.filter((_, at) => at !== one.omits);
    const first = one.withholds ? kept.slice(0, 1) : [];
    const rest = kept.slice(first.length);
    const ordered =
      one.order === 'reversed'
        ? rest.reverse()
        : one.order === 'rotated'
          ? [...rest.slice(1), ...rest.slice(0, 1)]
          : rest;
    const shown = [...before.slice(0, one.repeats), ...withheld, ...ordered, ...ordered.slice(0, one.repeats)];
    withheld = first;
    before = page;
    return shown;
  };
}

/** Cuts the relay at an operation; answers whether it did. */
function arm(bench: Bench, { afterOperations, how, code, when }: Cut): () => boolean {
  let operations = 0;
  let isCut = false;
  bench.state.tap = (operation) => {
    if (isCut && how === 'kill') return new Promise(() => {});
    if (operation.when !== when) return undefined;
    operations += 1;
    if (isCut || operations <= afterOperations) return undefined;
    isCut = true;
    if (how === 'kill') return new Promise(() => {});
    // A licence that is missing is told before any work: never after it.
    const told = when === 'after' && code === 'SW_LICENCE' ? 'SW_TIMEOUT' : code;
    if (operation.call === 'commit') throw coded('SW_STORE_FAILED');
    throw coded(told);
  };
  return () => isCut;
}

interface Story {
  readonly before: readonly Happening[];
  readonly lies: readonly Lie[];
  readonly cuts: readonly Cut[];
  readonly missing: readonly number[];
}
const story: fc.Arbitrary<Story> = fc.record({
  before: happenings,
  lies: fc.array(lie, { maxLength: 4 }),
  cuts: fc.array(cut, { maxLength: 4 }),
  missing: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
});

interface Setting {
  readonly sequence: EventSourceCapabilities['sequence'];
  readonly tells: boolean;
  readonly open?: () => RelayStore;
}

async function live({ before, lies, cuts, missing }: Story, { sequence, tells, open }: Setting): Promise<void> {
  const bench = openBench({
    capabilities: { sequence },
    tells: tells ? ['custom', 'native'] : [],
    pageSize: 4,
    ...(open ? { store: open } : {}),
  });
  let life = await bench.begin();
  for (const entity of missing) bench.missing.add(`d${entity}`);
  bench.state.shown = lying(lies);
  happen(bench, before);
  for (const one of cuts) {
    const isCut = arm(bench, one);
    for (let ticks = 0; ticks < 60 && !isCut(); ticks += 1) await bench.clock.tick();
    // A fault is outlived, unless it was one of the store.
    const goesOn = one.how === 'fault' && life.failure() === null;
    if (!goesOn) await (one.how === 'kill' ? life.kill() : life.stop());
    bench.state.tap = () => {};
    happen(bench, one.meanwhile);
    if (one.forgets) bench.state.feedFrom = Math.max(0, bench.events.length - 3);
    if (goesOn) continue;
    if (open) await bench.reopenStore(open);
    life = await bench.start();
  }
  bench.missing.clear();
  await bench.clock.advance(5_000);
  await bench.until(() => life.relay.status().caughtUp && life.relay.status().waiting === 0, 'the end');

  const { counters } = life.relay.status();
  const ids = bench.raised.map(({ id }) => id);
  const wanted = bench.events.map(({ id }) => id);
  expect([...new Set(ids)].sort()).toEqual([...wanted].sort());
  expect(lostInAll(counters)).toBe(0);
  expect(counters.received).toBe(counters.receivedAgain + counters.accepted + counters.dropped);
  expect(counters.accepted).toBe(counters.raised);
  if (tells)
    expect({ ids: [...ids].sort(), duplicates: counters.duplicates }).toEqual({ ids: wanted.sort(), duplicates: 0 });
  else expect(ids.length - wanted.length).toBeLessThanOrEqual(counters.duplicates);
  const entities = new Set(bench.raised.map(({ entity }) => entity.replace('id:', '')));
  for (const entity of entities) {
    const firsts = [...new Set(bench.raisedOn(entity))];
    const inOrder = bench.events.map(({ id }) => id).filter((id) => firsts.includes(id));
    expect(firsts).toEqual(inOrder);
  }
  await life.stop();
}

describe('a relay that is killed anywhere, on a feed that lies', () => {
  test('raises every event exactly once and in order where the target can tell', async () => {
    await fc.assert(
      fc.asyncProperty(story, (one) => live(one, { sequence: 'gapless', tells: true })),
      { numRuns: 150 },
    );
  });

  test('raises every event at least once where it cannot, and counts what may stand there twice', async () => {
    await fc.assert(
      fc.asyncProperty(story, (one) => live(one, { sequence: 'gapless', tells: false })),
      { numRuns: 75 },
    );
  });

  test.each(['increasing', 'none'] as const)('the same without gapless numbers (%s)', async (sequence) => {
    // What a feed leaves out for good, or for longer than events overtake each other, shows by gapless numbers only.
    const withoutOmissions = (each: Lie): Lie => ({ ...each, omits: null, withholds: false });
    const honest = story.map((one) => ({ ...one, lies: one.lies.map(withoutOmissions) }));
    await fc.assert(
      fc.asyncProperty(honest, (one) => live(one, { sequence, tells: true })),
      { numRuns: 75 },
    );
  });

  test('with its state on disk, reopened after each cut', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (one) => {
        const folder = mkdtempSync(join(tmpdir(), 'syncwarden-relay-'));
        try {
          await live(one, { sequence: 'gapless', tells: true, open: () => openLmdbRelayStore({ folder }) });
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 15 },
    );
  });
});

/**
 * The source changes at any operation of a run, requests and answers are lost, processes are killed, and what comes of it
 * is always the same: once faults stop and the source rests, source and target are proven equal, without a duplicate,
 * without an equal write, and without a delete of what the source has had all the time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntityIndex } from '../../src/sync/index/entity-index.ts';
import { openLmdbIndex } from '../../src/sync/index/lmdb-index.ts';
import { createMemoryIndex } from '../../src/sync/index/memory-index.ts';
import { entityHash } from '../../src/sync/map.ts';
import type { Depth } from '../../src/sync/prove.ts';
import type { Mode, RunResult } from '../../src/sync/run-result.ts';
import { collect } from './entity-index.contract.ts';
import {
  applyChange,
  type Change,
  change,
  foundWorld,
  optionalMapping,
  settleCards,
  yieldedBy,
} from './source-history.ts';
import { actualContent, coded, createWorld, expectedContent, type Operation, type World } from './world.ts';
import { sync } from './world-runs.ts';

interface Fault {
  readonly afterOperations: number;
  readonly at: 'before' | 'after';
  /** A kill lets nothing through any more; a loss is one request or answer; a refusal is one of a write. */
  readonly how: 'kill' | 'loss' | 'refusal';
}
interface Session {
  readonly mode: Mode;
  readonly depth: Depth;
  readonly types: readonly string[] | null;
  readonly fault: Fault | null;
  readonly changes: readonly { readonly afterOperations: number; readonly change: Change }[];
}

const moment = fc.nat(110);
const session: fc.Arbitrary<Session> = fc.record({
  mode: fc.constantFrom<Mode>('full', 'delta', 'delta'),
  depth: fc.constantFrom<Depth>('content', 'counts', 'sampled'),
  types: fc.option(fc.constantFrom(['group'], ['person'], ['card', 'group']), { freq: 4 }),
  fault: fc.option(
    fc.record({
      afterOperations: moment,
      at: fc.constantFrom('before' as const, 'after' as const),
      how: fc.constantFrom('kill' as const, 'loss' as const, 'refusal' as const),
    }),
  ),
  changes: fc.array(fc.record({ afterOperations: moment, change }), { maxLength: 6 }),
});
const history = fc.record({
  before: fc.array(change, { maxLength: 25 }),
  sessions: fc.array(session, { minLength: 1, maxLength: 4 }),
  lastMode: fc.constantFrom<Mode>('full', 'delta'),
  cascade: fc.boolean(),
});
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

/** The history as it goes on: it lets things happen, and watches what must never happen. */
class Play {
  readonly violations: string[] = [];
  readonly world: World;
  index: EntityIndex;
  #operations = 0;
  #session: Session | null = null;
  #pending: Session['changes'] = [];
  #isCut = false;
  #changed = false;
  /** What the source has yielded without a break since the sweep began, and since everything began. */
  #sinceSweep = new Set<string>();
  #always: Set<string>;

  constructor(world: World, index: EntityIndex) {
    this.world = world;
    this.index = index;
    this.#always = yieldedBy(world, optionalMapping);
    world.tap = (operation) => this.#tap(operation);
  }

  async run(session: Session, owner: string): Promise<RunResult | null> {
    this.#operations = 0;
    this.#isCut = false;
    this.#changed = false;
    this.#session = session;
    this.#pending = session.changes;
    const index: EntityIndex = {
      ...this.index,
      commit: async (changes) => {
        this.#cut({ name: 'commit', subject: '', at: 'before' });
        await this.index.commit(changes);
        this.#cut({ name: 'commit', subject: '', at: 'after' });
      },
    };
    const { mode, depth, types } = session;
    const result = await sync(this.world, index, mode, {
      runId: owner,
      depth,
      mapping: optionalMapping,
      ...(types ? { types } : {}),
      limits: {
        deleteShareMax: 1,
        deleteCountMax: 1000,
        checkpointEveryMs: 7,
        pagesInFlightMax: 3,
        resumeAgeMsMax: 1e12,
      },
      report: (report) => {
        if (report.kind === 'phase' && report.phase === 'sweeping') this.#sinceSweep = this.#yielded();
      },
    }).catch((error: unknown) => {
      const expected = error instanceof Error && /a test fault/.test(error.message);
      if (!expected) throw error;
      return null;
    });
    for (const { change } of this.#pending) this.#happen(change);
    this.world.skip(24 * 60 * 60 * 1000);
    if (result?.outcome === 'succeeded' && !result.resumed && !this.#changed && types === null && depth === 'content') {
      expect(actualContent(this.world)).toEqual(expectedContent(this.world, optionalMapping));
    }
    return result;
  }

  #yielded(): Set<string> {
    return yieldedBy(this.world, optionalMapping);
  }

  #happen(change: Change): void {
    applyChange(this.world, change);
    this.#changed = true;
    const now = this.#yielded();
    this.#sinceSweep = new Set([...this.#sinceSweep].filter((one) => now.has(one)));
    this.#always = new Set([...this.#always].filter((one) => now.has(one)));
  }

  async #tap(operation: Operation): Promise<void> {
    const due = this.#pending.filter(({ afterOperations }) => afterOperations <= this.#operations);
    this.#pending = this.#pending.filter((one) => !due.includes(one));
    for (const { change } of due) this.#happen(change);
    if (operation.name === 'remove' && operation.at === 'before' && !this.#isCut) await this.#watch(operation.subject);
    this.#cut(operation);
  }

  async #watch(subject: string): Promise<void> {
    const [type = '', key = ''] = subject.split(' ');
    if (this.world.entities(type).filter((entity) => entity.key === key).length > 1) return; // a duplicate
    const [entry] = await this.index.lookup([{ type, key }]);
    const origin = entry?.origin;
    const isKept = origin
      ? this.#sinceSweep.has(`${subject} < ${origin.kind} ${origin.key}`)
      : [...this.#always].some((name) => name.startsWith(`${subject} < `));
    if (isKept) this.violations.push(`removed ${subject}, which the source has had all the time`);
  }

  #cut({ name, at }: Operation): void {
    const fault = this.#session?.fault;
    if (this.#isCut && fault?.how === 'kill') throw coded('SW_UNREACHABLE');
    this.#operations += 1;
    if (!fault || this.#isCut || at !== fault.at || this.#operations <= fault.afterOperations) return;
    if (fault.how === 'refusal' && name !== 'create' && name !== 'update') return;
    this.#isCut = true;
    throw coded(fault.how === 'refusal' ? 'SW_REFUSED' : 'SW_TIMEOUT');
  }
}

async function expectIndexEqualToTarget({ index, world }: Play): Promise<void> {
  for (const type of ['group', 'person', 'card']) {
    const entries = await collect(index.entries(type));
    const known = entries.map(({ key, id, hash }) => `${key} ${id} ${hash}`).sort();
    expect(known).toEqual(
      world
        .entities(type)
        .map((entity) => `${entity.key} ${entity.id} ${entityHash(entity)}`)
        .sort(),
    );
    expect(new Set(entries.map(({ n }) => n)).size).toBe(entries.length);
    for (const name of ['rows', 'entries'] as const) {
      const marks = index.marks(`${name}:${type}`);
      expect({ name, type, count: marks.count, all: entries.every(({ n }) => marks.has(n)) }).toEqual({
        name,
        type,
        count: entries.length,
        all: true,
      });
    }
  }
  for (const kind of ['group', 'person']) {
    const rows = await collect(index.records(kind));
    expect(rows.map(({ key }) => key).sort()).toEqual((world.records.get(kind) ?? []).map(({ key }) => key).sort());
    for (const { entities } of rows) {
      const entries = await index.lookup(entities);
      expect(entries.map((entry) => entry?.n)).toEqual(entities.map(({ n }) => n));
    }
  }
}

async function play(
  { before, sessions, lastMode, cascade }: History,
  open: () => EntityIndex,
  reopen: (index: EntityIndex) => Promise<EntityIndex>,
): Promise<void> {
  const world = createWorld({ pageSize: 3, cascade });
  foundWorld(world);
  for (const one of before) applyChange(world, one);
  const story = new Play(world, open());
  for (const [at, one] of sessions.entries()) {
    await story.run(one, `run-${at}`);
    story.index = await reopen(story.index);
  }
  settleCards(world);
  const quiet: Session = { mode: lastMode, depth: 'content', types: null, fault: null, changes: [] };
  let result: RunResult | null = null;
  for (let runs = 0; runs < 3 && (result?.outcome !== 'succeeded' || result.resumed); runs += 1)
    result = await story.run(quiet, `last-${runs}`);

  expect({ outcome: result?.outcome, reason: result?.reason }).toEqual({ outcome: 'succeeded', reason: null });
  expect(actualContent(world)).toEqual(expectedContent(world, optionalMapping));
  expect(story.violations).toEqual([]);
  expect({ rewritten: world.equalRewrites, twice: world.createdTwice }).toEqual({ rewritten: [], twice: [] });
  await expectIndexEqualToTarget(story);
  world.requests.length = 0;
  await story.run({ ...quiet, mode: 'delta' }, 'idle');
  expect(world.requests.filter((request) => /^(create|update|remove) /.test(request))).toEqual([]);
  await story.index.close();
}

const run = (more: Partial<Session>): Session => ({
  mode: 'full',
  depth: 'content',
  types: null,
  fault: null,
  changes: [],
  ...more,
});
const insert = (person: number, place: number, card: boolean) =>
  ({ what: 'insert', person, place, card, groups: [] }) as const;

/** Found once: the page that gave a card up took the mark away that the page beside it, which took the card, had set. */
const cardGivenUpAndTaken: History = {
  before: [insert(0, 0, false), insert(1, 8, true)],
  sessions: [
    run({
      changes: [
        { afterOperations: 0, change: { what: 'toggle', place: 7 } },
        { afterOperations: 0, change: { what: 'swap-cards', place: 3, other: 0 } },
      ],
    }),
    run({
      mode: 'delta',
      changes: [
        { afterOperations: 41, change: insert(2, 0, true) },
        { afterOperations: 29, change: { what: 'swap-cards', place: 3, other: 0 } },
        { afterOperations: 0, change: { what: 'toggle', place: 3 } },
      ],
    }),
  ],
  lastMode: 'full',
  cascade: false,
};

/** Found once: what was deleted by a run that was then killed came back as it was, and was passed over for ever. */
const deletedAndBack: History = {
  before: [],
  sessions: [
    run({
      changes: [
        { afterOperations: 0, change: { what: 'group', group: 2, name: 1 } },
        { afterOperations: 59, change: { what: 'group', group: 2, name: null } },
      ],
    }),
    run({
      fault: { afterOperations: 58, at: 'after', how: 'kill' },
      changes: [{ afterOperations: 55, change: { what: 'group', group: 2, name: 1 } }],
    }),
  ],
  lastMode: 'delta',
  cascade: false,
};

/** More by the environment: `SW_HISTORIES=5000 npx vitest run test/sync/concurrent-changes.property.test.ts`. */
const numRuns = Number(process.env['SW_HISTORIES'] ?? 45);
const seed = process.env['SW_SEED'] === undefined ? {} : { seed: Number(process.env['SW_SEED']) };

describe('a source that changes while it is walked ends proven equal', () => {
  test('with the index in memory', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(history, (one) => play(one, createMemoryIndex, async (index) => index)),
      {
        numRuns,
        ...seed,
        examples: [[cardGivenUpAndTaken], [deletedAndBack]],
      },
    );
  });

  test('with the index on disk, reopened after each run', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async (one) => {
        const folder = mkdtempSync(join(tmpdir(), 'syncwarden-index-'));
        const open = () => openLmdbIndex({ folder });
        try {
          await play(one, open, async (index) => {
            await index.close();
            return open();
          });
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: Math.ceil(numRuns / 3), ...seed },
    );
  });
});

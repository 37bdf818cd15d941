/** One synchronization from request to proof: the order of its phases, and how it goes on after an interruption. */
import type { Source, SystemReport, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { asCancellation } from './cancellation.ts';
import { nextStamp, type RunCheckpoint } from './checkpoint.ts';
import type { EntityIndex } from './index/entity-index.ts';
import { resolveIntents } from './intents.ts';
import { takeInventory } from './inventory.ts';
import type { Mapping } from './mapping.ts';
import { prove } from './prove.ts';
import { mend } from './repair.ts';
import { conclude } from './run-conclusion.ts';
import { OpenRun, type RunContext } from './run-context.ts';
import type { Mode, RunReport, RunResult } from './run-result.ts';
import { forgetVanished, type SweepTrip, sweep } from './sweep.ts';
import { type SyncLimits, withDefaultLimits } from './sync-limits.ts';
import { transfer } from './transfer.ts';

export interface SynchronizeOptions {
  readonly runId: string;
  /** `full`: the index is read back from the target before it is believed. `delta`: the index is trusted. */
  readonly mode: Mode;
  readonly source: Source;
  readonly target: Target;
  readonly mapping: Mapping;
  /** Of this integration alone; no other run may use it meanwhile. */
  readonly index: EntityIndex;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: Partial<SyncLimits>;
  /** How the target side is proven. `counts` leaves content differences unseen. @default 'content' */
  readonly depth?: 'counts' | 'content';
  /** Answers why two systems do not go together, or null. Judged before anything is read. */
  readonly compatible?: (source: SystemReport, target: SystemReport) => string | null;
  readonly report: (progress: RunReport) => void;
}

/**
 * Makes the target hold what the mapping makes of the source, and proves it.
 *
 * An interrupted run is gone on with by the next call of the same mode and mapping on the same index: at most one page
 * is walked again, and nothing is written twice. `succeeded` means proven: every entity that the source lists when
 * the run ends is in the target, once, with the content that this run has read from the source.
 *
 * @throws CodedError `SW_INCOMPATIBLE`; `SW_RUN_CANCELLED` when the signal aborts; whatever else a side throws, except
 * `SW_REFUSED` for one entity, which becomes a rejected record.
 */
export async function synchronize(options: SynchronizeOptions): Promise<RunResult> {
  try {
    return await run(options);
  } catch (error) {
    throw asCancellation(error, options.signal);
  }
}

async function run(options: SynchronizeOptions): Promise<RunResult> {
  const limits = withDefaultLimits(options.limits);
  options.report({ kind: 'phase', phase: 'preflight' });
  await preflight(options);
  const { run: open, resumed } = await openRun(options, limits);
  const context: RunContext = { ...options, limits, run: open };

  options.report({ kind: 'phase', phase: 'inventory' });
  await resolveIntents(context);
  if (open.state.stage === 'inventory') {
    await takeInventory(context);
    await open.commit({ stage: 'transferring' });
  }
  if (open.state.stage === 'transferring') {
    options.report({ kind: 'phase', phase: 'transferring' });
    await transfer(context);
    await open.commit({ stage: 'finishing' });
  }
  return await finish(context, options.depth ?? 'content', resumed);
}

/** Sweeps and proves; mends what the proof has named and proves again, a bounded number of times. */
async function finish(context: RunContext, depth: 'counts' | 'content', resumed: boolean): Promise<RunResult> {
  const { limits, report } = context;
  let emptied: SweepTrip = null;
  for (let round = 0; ; round += 1) {
    if (context.run.state.moved) await transferAgain(context);
    report({ kind: 'phase', phase: 'sweeping' });
    const { tripped } = await sweep(context);
    // A source that lists nothing and still shows each record when asked contradicts itself: that is for a person,
    // and no later round, in which every record was looked at one by one, may make a success of it.
    if (tripped === 'empty-source') emptied = tripped;
    report({ kind: 'phase', phase: 'proving' });
    const verdict = await prove(context, depth);
    const last = verdict.proof.equal || round >= limits.repairRoundsMax;
    const again = !last && ((await mend(context, verdict, tripped === null)) || context.run.state.moved);
    if (!again) {
      if (verdict.proof.equal) await forgetVanished(context);
      const result = await conclude(context, { proof: verdict.proof, tripped: emptied ?? tripped, resumed });
      await context.run.close();
      return result;
    }
  }
}

/**
 * The content of an entity names what it refers to by id, and an index entry that was true for an old id still looks
 * true: only a new comparison of every record shows who refers to what has moved.
 */
async function transferAgain(context: RunContext): Promise<void> {
  context.report({ kind: 'phase', phase: 'transferring' });
  await context.run.commit({ stage: 'transferring', step: 0, cursor: null, stamps: {}, walked: {}, moved: false });
  await transfer(context);
  await context.run.commit({ stage: 'finishing' });
}

async function preflight({ source, target, signal, compatible }: SynchronizeOptions): Promise<void> {
  const reports = [await source.probe(signal), await target.probe(signal)] as const;
  const obstacle = compatible?.(...reports) ?? null;
  if (obstacle === null) return;
  const [from, to] = reports.map(({ product, version }) => `${product} ${version ?? 'of unknown version'}`);
  throw new CodedError('SW_INCOMPATIBLE', {
    doing: 'checking the versions before the synchronization',
    expected: 'versions that go together',
    found: `${from} and ${to}: ${obstacle}`,
    todo: 'Bring one of the two to a version of the compatibility matrix; no restart can heal this',
  });
}

/** The interrupted run of the same mode and mapping, or a new one. */
async function openRun(
  { runId, mode, mapping, index, clock }: SynchronizeOptions,
  limits: SyncLimits,
): Promise<{ readonly run: OpenRun; readonly resumed: boolean }> {
  const checkpoint = await index.checkpoint();
  const now = clock.now();
  const past = checkpoint?.run ?? null;
  const resumed =
    past !== null && past.mode === mode && past.mappingId === mapping.id && now - past.savedAt <= limits.resumeAgeMsMax;
  const stamp = resumed ? (checkpoint?.stamp ?? 0) : nextStamp(checkpoint?.stamp ?? 0, now);
  const state = resumed ? { ...past, runId } : newRun({ runId, mode, mappingId: mapping.id, now, stamp });
  const run = new OpenRun({ state, stamp, index, clock, decisionsMax: limits.decisionsMax });
  await run.commit({});
  return { run, resumed };
}

function newRun({
  runId,
  mode,
  mappingId,
  now,
  stamp,
}: {
  readonly runId: string;
  readonly mode: Mode;
  readonly mappingId: string;
  readonly now: number;
  readonly stamp: number;
}): RunCheckpoint {
  return {
    runId,
    mode,
    mappingId,
    startedAt: now,
    savedAt: now,
    stage: 'inventory',
    stamp,
    verify: { type: 0, cursor: null },
    totals: {},
    step: 0,
    cursor: null,
    stamps: {},
    walked: {},
    moved: false,
    deleted: {},
    written: { created: 0, updated: 0, deleted: 0, unchanged: 0, adopted: 0, duplicatesRemoved: 0 },
    decisions: [],
  };
}

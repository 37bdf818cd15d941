/** One synchronization from request to proof: the order of its phases, and how it goes on after an interruption. */
import type { Source, SystemReport, Target } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import { CodedError } from '../core/errors.ts';
import { Slots } from './bounded-concurrency.ts';
import { asCancellation } from './cancellation.ts';
import { Claims } from './claims.ts';
import type { EntityIndex } from './index/entity-index.ts';
import { resolveIntents } from './intents.ts';
import { takeInventory } from './inventory.ts';
import { leaseMs } from './lease.ts';
import type { Mapping } from './mapping.ts';
import { stepsOf, typesOf } from './mapping.ts';
import type { OpenRun } from './open-run.ts';
import { type Depth, prove } from './prove.ts';
import { mend, retryDue } from './repair.ts';
import { openRun } from './resume.ts';
import { conclude } from './run-conclusion.ts';
import type { RunContext } from './run-context.ts';
import type { Mode, RunReport, RunResult } from './run-result.ts';
import { forgetSettled, forgetVanished, type SweepTrip, sweep } from './sweep.ts';
import { type SyncLimits, withDefaultLimits } from './sync-limits.ts';
import { transfer, transferAgain } from './transfer.ts';

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
  readonly depth?: Depth;
  /** Only these target types, and what else comes from the same records. @default all */
  readonly types?: readonly string[];
  /** A person has approved the deletes that the guards have stopped. @default false */
  readonly approveDeletes?: boolean;
  /** Who runs, for people who meet the lease. @default the run's id */
  readonly owner?: string;
  /** Shared by everything that works on the index at the same time. */
  readonly claims?: Claims;
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
  const { target } = options;
  const limits = withDefaultLimits(options.limits);
  const mapping = onlyTypes(options.mapping, options.types);
  const claims = options.claims ?? new Claims();
  options.report({ kind: 'phase', phase: 'preflight' });
  await preflight(options);
  const { run: open, resumed } = await openRun({ ...options, mapping, claims }, limits);
  const context: RunContext = {
    ...options,
    mapping,
    claims,
    limits,
    run: open,
    book: open,
    writes: new Slots(Math.min(limits.pageConcurrency, target.capabilities.maxConcurrency)),
    approveDeletes: options.approveDeletes ?? false,
  };
  const stopKeeping = keepLease(open, options.clock);
  try {
    return await phases(context, options.depth ?? 'content', resumed);
  } catch (error) {
    // What the index holds cannot be read: it is found again in the target, by the next run.
    if (error instanceof CodedError && error.code === 'SW_CHECKPOINT_CORRUPT') await options.index.reset();
    await open.letGo();
    throw error;
  } finally {
    stopKeeping();
  }
}

async function phases(context: RunContext, depth: Depth, resumed: boolean): Promise<RunResult> {
  const { run: open, report } = context;
  report({ kind: 'phase', phase: 'inventory' });
  await resolveIntents(context);
  if (open.state.stage === 'inventory') {
    await takeInventory(context);
    await open.commit({ stage: 'transferring' });
  }
  if (open.state.stage === 'transferring') {
    report({ kind: 'phase', phase: 'transferring' });
    await transfer(context);
    await open.commit({ stage: 'finishing' });
  }
  return await finish(context, depth, resumed);
}

/** Renews the lease also while one request takes long; the answer stops that. */
function keepLease(run: OpenRun, clock: Clock): () => void {
  let cancel = () => {};
  const again = () => {
    cancel = clock.schedule(leaseMs / 3, () => {
      // A lease that was lost is told by the next commit of the run itself.
      run.commit({}).then(again, () => {});
    });
  };
  again();
  return () => cancel();
}

/** Sweeps and proves; mends what the proof has named and proves again, a bounded number of times. */
async function finish(context: RunContext, depth: Depth, resumed: boolean): Promise<RunResult> {
  const { limits, report, run } = context;
  let emptied: SweepTrip = null;
  await retryDue(context);
  for (let round = 0; ; round += 1) {
    if (run.state.rewalk.length > 0) await transferAgain(context);
    await forgetSettled(context);
    report({ kind: 'phase', phase: 'sweeping' });
    const { tripped } = await sweep(context);
    // A source that lists nothing and still shows each record when asked contradicts itself: that is for a person,
    // and no later round, in which every record was looked at one by one, may make a success of it.
    if (tripped === 'empty-source') emptied = tripped;
    report({ kind: 'phase', phase: 'proving' });
    const verdict = await prove(context, depth);
    const last = verdict.proof.equal || round >= limits.repairRoundsMax;
    const again = !last && ((await mend(context, verdict, tripped === null)) || run.state.rewalk.length > 0);
    if (!again) {
      if (verdict.proof.equal) await forgetVanished(context);
      const result = await conclude(context, { proof: verdict.proof, tripped: emptied ?? tripped, resumed });
      await run.close(verdict.proof.equal ? typesOf(context.mapping) : []);
      return result;
    }
  }
}

/** The steps that yield one of the types. What they refer to beyond is taken as the index has it. */
function onlyTypes(mapping: Mapping, types: readonly string[] | undefined): Mapping {
  if (types === undefined) return mapping;
  const unknown = types.filter((type) => stepsOf(mapping, type).length === 0);
  if (types.length > 0 && unknown.length === 0)
    return { ...mapping, steps: mapping.steps.filter((step) => step.types.some((type) => types.includes(type))) };
  throw new CodedError('SW_NOT_FOUND', {
    doing: 'choosing what to synchronize',
    expected: `types of the mapping: ${typesOf(mapping).join(', ')}`,
    found: unknown.join(', ').slice(0, 200) || 'none',
    todo: 'Correct the types',
  });
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

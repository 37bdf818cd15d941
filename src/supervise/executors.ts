/** The executors of an integration's effects: thin adapters from the runtime to plugin hosts, evidence and remedies. */
import { fromEvent, type SchedulerLike, takeUntil } from 'rxjs';
import { z } from 'zod';
import { modeSchema, type RunOutcome } from '../../machines/events.ts';
import type { integrationMachine } from '../../machines/integration.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { diagnose } from '../core/diagnosis.ts';
import { CodedError } from '../core/errors.ts';
import { schedulerOf } from '../observe/clock-scheduler.ts';
import { observeRun } from '../observe/run-reports.ts';
import type { Remedy, RemedyUse } from '../remedies/remedy.ts';
import type { ExecutorsFor, Work } from '../runtime/index.ts';
import type { RunResult } from '../sync/run-result.ts';
import { gatherEvidence } from './evidence.ts';
import { reconcileInterrupted } from './interrupted-remedy.ts';
import type { ClaimsByPerson } from './remedy-task.ts';
import { reconcileTask, runTask } from './run-task.ts';
import type { Station } from './station.ts';

export interface ExecutorsOptions {
  readonly station: (integration: string) => Station | undefined;
  /** Asks the fleet for the right to act. */
  readonly claim: ExecutorsFor<typeof integrationMachine>['claim'];
  /** The same for what a person carries out. @default null, nothing is shared */
  readonly byPerson?: ClaimsByPerson | null;
  /** Pause between two samples of a run's progress, each a commit. @default 500 */
  readonly sampleMs?: number;
  /** Spaces the samples and bounds the wait for evidence. @default the clock of this machine */
  readonly clock?: Clock;
}

const runInput = z.object({
  runId: z.string(),
  mode: modeSchema,
  // An execution that an older version began has neither.
  types: z.array(z.string()).nullable().default(null),
  approveDeletes: z.boolean().default(false),
  // Nor has it this; a schedule asks for the least.
  requestedBy: z.string().default('schedule'),
});
const remedyInput = z.object({ rung: z.string(), remedy: z.string(), attempt: z.number() });

export function createExecutors({
  station,
  claim,
  byPerson = null,
  sampleMs = 500,
  clock = systemClock,
}: ExecutorsOptions): ExecutorsFor<typeof integrationMachine> {
  const sampling = { sampleMs, scheduler: schedulerOf(clock) };
  const at = (work: Work<unknown>): Station => station(work.key) ?? notConfigured(work.key);
  return {
    probe: (work) => at(work).host.probe(work.key, work.signal),
    check: (work) => at(work).host.check(work.key, work.signal),
    synchronize: async (work) => outcomeOf(await runOnce(at(work), work, sampling)),
    task: {
      run: (work) => runTask({ ...at(work), claims: byPerson, clock }, work),
      reconcile: (work) => reconcileTask({ ...at(work), claims: byPerson, clock }, work),
    },
    diagnose: (work) => diagnoseOnce(at(work), work, clock),
    claim,
    remedy: {
      run: async (work) => ({ message: await remedyOf(at(work), work).act(remedyUse(work)) }),
      async reconcile(work) {
        const [remedy, use] = [remedyOf(at(work), work), remedyUse(work)];
        const timeoutMs = rungOf(at(work), use.rung)?.timeoutMs ?? 0;
        const found = await reconcileInterrupted({ remedy, use, timeoutMs, now: clock.now() });
        return found.kind === 'done' ? { kind: 'done', output: { message: found.output } } : found;
      },
    },
  };
}

interface Sampling {
  readonly sampleMs: number;
  readonly scheduler: SchedulerLike;
}

async function runOnce({ host, begin }: Station, work: Work<unknown>, sampling: Sampling): Promise<RunResult> {
  const { requestedBy, ...run } = runInput.parse(work.input);
  const reports = observeRun(sampling.sampleMs, sampling.scheduler);
  const over = fromEvent(work.signal, 'abort');
  reports.observations.pipe(takeUntil(over)).subscribe((observation) => work.report(observation));
  try {
    const mode = begin ? await begin({ ...run, requestedBy }, { ...executionOf(work), rung: 'synchronize' }) : run.mode;
    return await host.synchronize(work.key, { ...run, mode, signal: work.signal, report: reports.take });
  } finally {
    reports.close();
  }
}

/** What the machine and its record need to know of a result; the plugin's log has the rest. */
function outcomeOf({ outcome, reason, proof, written, rejectedCount, decisions }: RunResult): RunOutcome {
  const { created, updated, deleted, unchanged } = written;
  const counted = { written: { created, updated, deleted, unchanged }, rejected: rejectedCount };
  return { outcome, reason, proof, ...counted, ...(decisions.length > 0 ? { decisions } : {}) };
}

async function diagnoseOnce(station: Station, work: Work<unknown>, clock: Clock) {
  return diagnose(await gatherEvidence(station, work, clock), station.policy.ladder.rungs);
}

function remedyOf({ remedies }: Station, work: Work<unknown>): Remedy {
  const { remedy } = remedyInput.parse(work.input);
  const found = remedies.get(remedy);
  if (found) return found;
  throw new CodedError('SW_REMEDY_FAILED', {
    doing: `carrying out the remedy "${remedy}"`,
    expected: `one of ${[...remedies.keys()].join(', ')}`,
    found: 'none of that name in the configuration',
    todo: 'Configure the remedy under "remedies"',
  });
}

const rungOf = ({ policy }: Station, rung: string) => policy.ladder.rungs.find(({ id }) => id === rung);

function remedyUse(work: Work<unknown>): RemedyUse {
  const { rung } = remedyInput.parse(work.input);
  return { ...executionOf(work), rung };
}

function executionOf({ key: integration, idempotencyKey, fencingToken, startedAt, signal }: Work<unknown>) {
  return { integration, idempotencyKey, fencingToken, startedAt, signal };
}

/** Refuses an id that is not configured. */
export function notConfigured(key: string): never {
  throw new CodedError('SW_INSTANCE_UNKNOWN', {
    doing: `acting for "${key}"`,
    expected: 'a configured integration',
    found: 'none of that id',
    todo: 'Configure it again, or remove it',
  });
}

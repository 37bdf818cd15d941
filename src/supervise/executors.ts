/** The executors of an integration's effects: thin adapters from the runtime to plugin hosts, evidence and remedies. */
import { fromEvent, takeUntil } from 'rxjs';
import { z } from 'zod';
import { modeSchema, type ProbeReport, type RunOutcome, reasonSchema } from '../../machines/events.ts';
import type { integrationMachine } from '../../machines/integration.ts';
import type { Policy } from '../../machines/policy.ts';
import { diagnose } from '../core/diagnosis.ts';
import { CodedError } from '../core/errors.ts';
import { observeRun } from '../observe/run-reports.ts';
import type { Remedy, RemedyUse } from '../remedies/remedy.ts';
import type { ExecutorsFor, Work } from '../runtime/index.ts';
import type { RunResult } from '../sync/run-result.ts';
import type { PluginHost } from './plugin-host/plugin-host.ts';
import { reconcileTask, runTask } from './run-task.ts';

/** Everything that one integration acts through. */
export interface Station {
  readonly policy: Policy;
  readonly host: PluginHost;
  readonly remedies: ReadonlyMap<string, Remedy>;
  /** Whether anything accepts connections at the addresses of both sides. */
  readonly reach: { source(): Promise<boolean>; target(): Promise<boolean> };
}

export interface ExecutorsOptions {
  readonly station: (integration: string) => Station | undefined;
  /** Pause between two samples of a run's progress, each a commit. @default 500 */
  readonly sampleMs?: number;
}

/** How long the evidence of a diagnosis may take. */
const evidenceMsMax = 10_000;

const runInput = z.object({
  runId: z.string(),
  mode: modeSchema,
  // An execution that an older version began has neither.
  types: z.array(z.string()).nullable().default(null),
  approveDeletes: z.boolean().default(false),
});
const diagnoseInput = z.object({ because: reasonSchema });
const remedyInput = z.object({ rung: z.string(), remedy: z.string(), attempt: z.number() });

export function createExecutors({
  station,
  sampleMs = 500,
}: ExecutorsOptions): ExecutorsFor<typeof integrationMachine> {
  const at = (work: Work<unknown>): Station => station(work.key) ?? notConfigured(work.key);
  return {
    probe: (work) => at(work).host.probe(work.key, work.signal),
    check: (work) => at(work).host.check(work.key, work.signal),
    synchronize: async (work) => outcomeOf(await runOnce(at(work), work, sampleMs)),
    task: { run: (work) => runTask(at(work).host, work), reconcile: reconcileTask },
    diagnose: (work) => diagnoseOnce(at(work), work),
    remedy: {
      run: async (work) => ({ message: await remedyOf(at(work), work).act(remedyUse(work)) }),
      async reconcile(work) {
        const done = await remedyOf(at(work), work).wasDone(remedyUse(work));
        if (done === false) return { kind: 'redo' };
        if (done)
          return { kind: 'done', output: { message: 'It had been done before the supervisor was interrupted.' } };
        // Doing it twice may be worse than not at all: the ladder looks again with fresh evidence.
        const message = 'The supervisor was interrupted during the remedy, and nothing tells whether it was done.';
        return { kind: 'failed', error: { code: 'SW_REMEDY_FAILED', message } };
      },
    },
  };
}

async function runOnce({ host }: Station, work: Work<unknown>, sampleMs: number): Promise<RunResult> {
  const run = runInput.parse(work.input);
  const reports = observeRun(sampleMs);
  const over = fromEvent(work.signal, 'abort');
  reports.observations.pipe(takeUntil(over)).subscribe((observation) => work.report(observation));
  try {
    return await host.synchronize(work.key, { ...run, signal: work.signal, report: reports.take });
  } finally {
    reports.close();
  }
}

/** What the machine and its record need to know of a result; the plugin's log has the rest. */
function outcomeOf({ outcome, reason, proof, written, rejectedCount }: RunResult): RunOutcome {
  const { created, updated, deleted, unchanged } = written;
  return { outcome, reason, proof, written: { created, updated, deleted, unchanged }, rejected: rejectedCount };
}

async function diagnoseOnce({ policy, host, reach }: Station, work: Work<unknown>) {
  const { because } = diagnoseInput.parse(work.input);
  const { running, answering } = host.status();
  const [sourceReachable, targetReachable, probe] = await Promise.all([
    reach.source(),
    reach.target(),
    answering ? probeQuietly(host, work) : null,
  ]);
  const plugin = { running, answering: answering && host.status().answering };
  return diagnose({ because, plugin, probe, sourceReachable, targetReachable }, policy.ladder.rungs);
}

/** A probe that fails is evidence of its own: the host's status says what kind. */
async function probeQuietly(host: PluginHost, work: Work<unknown>): Promise<ProbeReport | null> {
  try {
    return await host.probe(work.key, AbortSignal.any([work.signal, AbortSignal.timeout(evidenceMsMax)]));
  } catch {
    return null;
  }
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

function remedyUse(work: Work<unknown>): RemedyUse {
  const { rung } = remedyInput.parse(work.input);
  const { key: integration, idempotencyKey, fencingToken, startedAt, signal } = work;
  return { integration, rung, idempotencyKey, fencingToken, startedAt, signal };
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

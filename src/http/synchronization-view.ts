/** The synchronization as a person sees it: one status word, the run under way, the last one, and the proof. */
import type { IntegrationContext, RunMemory, RunRecord } from '../../machines/context.ts';
import { scheduledMode } from '../../machines/synchronization/plan.ts';
import type { InstanceRecord } from '../core/record.ts';
import { type IntegrationView, synchronizationViewSchema } from './api.ts';
import { delayName } from './delay-name.ts';
import { shownText } from './disclosure.ts';
import { newestVerdict } from './proof-view.ts';
import { reasonView } from './reason-view.ts';
import type { IntegrationValue } from './state-value.ts';

type SynchronizationView = IntegrationView['synchronization'];

const statusSchema = synchronizationViewSchema.shape.status;

export function synchronizationView(
  context: IntegrationContext,
  value: IntegrationValue,
  timers: InstanceRecord['timers'],
): SynchronizationView {
  const { run, lastRun, proof, counts, reason, provenEqualAt } = context.synchronization;
  const state = value.synchronization.run;
  return {
    status: statusSchema.parse(typeof state === 'string' ? state : state.running.phase),
    stalled: typeof state !== 'string' && state.running.pace === 'stalled',
    reason: reasonView(reason),
    run: run && runView(run),
    lastRun: lastRun && lastRunView(lastRun),
    nextRun: nextRunView(context, timers),
    proof: newestVerdict(proof, counts),
    lastCheckedAt: counts?.at ?? null,
    lastProvenEqualAt: provenEqualAt,
  };
}

function nextRunView(context: IntegrationContext, timers: InstanceRecord['timers']): SynchronizationView['nextRun'] {
  const due = Object.entries(timers).find(([id]) => delayName(id) === 'nextRunDue')?.[1].dueAt;
  return due === undefined ? null : { at: due, mode: scheduledMode(context, due) };
}

function runView(run: RunMemory): SynchronizationView['run'] {
  const { id, mode, requestedBy, types, approveDeletes, startedAt, resumes, progress } = run;
  return {
    id,
    mode,
    types: types && [...types],
    approveDeletes,
    requestedBy: shownText(requestedBy),
    startedAt,
    resumes,
    progress: progress.map(({ type, done, total }) => ({ type, done, total })),
  };
}

function lastRunView(run: RunRecord): SynchronizationView['lastRun'] {
  const { types } = run;
  return {
    ...run,
    types: types && [...types],
    reason: run.reason === null ? null : shownText(run.reason),
    written: { ...run.written },
  };
}

/** The synchronization as a person sees it: one status word, the run under way, the last one, and the proof. */
import type { IntegrationContext, RunMemory, RunRecord } from '../../machines/context.ts';
import { type IntegrationView, synchronizationViewSchema } from './api.ts';
import { shownText } from './disclosure.ts';
import { newestVerdict } from './proof-view.ts';
import { reasonView } from './reason-view.ts';
import type { IntegrationValue } from './state-value.ts';

type SynchronizationView = IntegrationView['synchronization'];

const statusSchema = synchronizationViewSchema.shape.status;

export function synchronizationView(context: IntegrationContext, value: IntegrationValue): SynchronizationView {
  const { run, lastRun, proof, counts, reason, provenEqualAt } = context.synchronization;
  const state = value.synchronization.run;
  return {
    status: statusSchema.parse(typeof state === 'string' ? state : state.running.phase),
    stalled: typeof state !== 'string' && state.running.pace === 'stalled',
    reason: reasonView(reason),
    run: run && runView(run),
    lastRun: lastRun && lastRunView(lastRun),
    proof: newestVerdict(proof, counts),
    lastProvenEqualAt: provenEqualAt,
  };
}

function runView({ id, mode, requestedBy, startedAt, resumes, progress }: RunMemory): SynchronizationView['run'] {
  return {
    id,
    mode,
    requestedBy: shownText(requestedBy),
    startedAt,
    resumes,
    progress: progress.map(({ type, done, total }) => ({ type, done, total })),
  };
}

function lastRunView(run: RunRecord): SynchronizationView['lastRun'] {
  return { ...run, reason: run.reason === null ? null : shownText(run.reason), written: { ...run.written } };
}

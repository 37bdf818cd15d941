/** The synchronization as a person sees it: one status word, the run under way, the last one, and the proof. */
import type { IntegrationContext } from '../../machines/context.ts';
import type { Proof } from '../../machines/events.ts';
import { synchronizationViewSchema } from './api.ts';
import type { IntegrationValue } from './state-value.ts';

type SynchronizationView = (typeof synchronizationViewSchema)['_output'];

export function synchronizationView(context: IntegrationContext, value: IntegrationValue): SynchronizationView {
  const { run, lastRun, proof, counts, reason, provenEqualAt } = context.synchronization;
  const state = value.synchronization.run;
  return {
    status: synchronizationViewSchema.shape.status.parse(typeof state === 'string' ? state : state.running.phase),
    stalled: typeof state !== 'string' && state.running.pace === 'stalled',
    reason,
    run: run && {
      id: run.id,
      mode: run.mode,
      requestedBy: run.requestedBy,
      startedAt: run.startedAt,
      resumes: run.resumes,
      progress: run.progress.map((type) => ({ ...type })),
    },
    lastRun: lastRun && { ...lastRun, written: { ...lastRun.written } },
    proof: newest(proof, counts),
    lastProvenEqualAt: provenEqualAt,
  };
}

/** Counts that agree say less than a proof by content; counts that differ say more than an older proof. */
function newest(proof: Proof | null, counts: Proof | null): SynchronizationView['proof'] {
  const shown = counts && (!proof || (!counts.equal && counts.at > proof.at)) ? counts : proof;
  return (
    shown && { at: shown.at, depth: shown.depth, equal: shown.equal, types: shown.types.map((type) => ({ ...type })) }
  );
}

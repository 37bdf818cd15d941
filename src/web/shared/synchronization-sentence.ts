/** What the synchronization is doing, in one or two sentences. */
import type { IntegrationView } from '../../http/api.ts';
import { agoText, durationText } from './duration.ts';
import { counted, numberText, percentOf } from './quantity.ts';

type Synchronization = IntegrationView['synchronization'];
type Run = NonNullable<Synchronization['run']>;

/** Records done and to do over all entity types; `total` is null while one of them is not known. */
export function progressOf(run: Run): { readonly done: number; readonly total: number | null } {
  const done = run.progress.reduce((sum, type) => sum + type.done, 0);
  const unknown = run.progress.length === 0 || run.progress.some(({ total }) => total === null);
  return { done, total: unknown ? null : run.progress.reduce((sum, type) => sum + (type.total ?? 0), 0) };
}

/** Full or delta, and who asked: `Full synchronization, requested by ladder`. */
export function runTitle({ mode, requestedBy }: Pick<Run, 'mode' | 'requestedBy'>): string {
  return `${mode === 'full' ? 'Full' : 'Delta'} synchronization, requested by ${requestedBy}`;
}

const phases: Partial<Record<Synchronization['status'], string>> = {
  preflight: 'Checking versions, credentials and capacity.',
  inventory: 'Counting what both sides hold.',
  sweeping: 'Looking for entities that are gone from the source.',
  proving: 'Reading both sides back to prove that they are equal.',
};

/** The sentence for a status at `now`. A reason that is known is always part of it. */
export function synchronizationSentence(synchronization: Synchronization, now: number): string {
  const { status, run, reason, stalled } = synchronization;
  if (stalled) return `No progress for far longer than this run's own pace.${because(reason)}`;
  switch (status) {
    case 'idle':
      return 'Nothing is running, and no run has ended yet.';
    case 'transferring':
      return run === null ? 'Copying.' : transferSentence(run);
    case 'succeeded':
      return `${lastRunClause(synchronization, now)} succeeded: both sides are proven equal.`;
    case 'incomplete':
      return `${lastRunClause(synchronization, now)} did not end with a proof.${because(reason)}`;
    case 'interrupted':
      return `The run was interrupted and will resume from its checkpoint.${because(reason)}`;
    case 'held':
      return 'Held: nothing is started until every hold is released.';
    case 'cancelled':
      return `The run was cancelled.${because(reason)}`;
    default:
      return phases[status] ?? status;
  }
}

function transferSentence(run: Run): string {
  const { done, total } = progressOf(run);
  if (total === null) return `Copying: ${counted(done, 'record')} so far.`;
  return `Copying: ${numberText(done)} of ${counted(total, 'record')} (${percentOf(done, total)} %).`;
}

function lastRunClause({ lastRun }: Synchronization, now: number): string {
  if (lastRun === null) return 'The last run';
  const mode = lastRun.mode === 'full' ? 'full' : 'delta';
  return `The last ${mode} run, ${agoText(lastRun.endedAt, now)},`;
}

function because(reason: Synchronization['reason']): string {
  return reason === null ? '' : ` ${reason.message}`;
}

/** What the last ended run did: `312 created, 4 updated, 1 deleted, 9,683 unchanged in 2 min`. */
export function lastRunSummary(lastRun: NonNullable<Synchronization['lastRun']>): string {
  const { created, updated, deleted, unchanged } = lastRun.written;
  const parts = [
    `${numberText(created)} created`,
    `${numberText(updated)} updated`,
    `${numberText(deleted)} deleted`,
    `${numberText(unchanged)} unchanged`,
  ];
  const took = durationText(lastRun.endedAt - lastRun.startedAt);
  const rejected = lastRun.rejected === 0 ? '' : `; ${counted(lastRun.rejected, 'record')} rejected by the target`;
  return `${parts.join(', ')} in ${took}${rejected}.`;
}

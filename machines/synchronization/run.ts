/** The bookkeeping of a run: its plan, its pace, its end. Pure functions over what the integration remembers. */
import type { IntegrationContext, RunMemory, SynchronizationMemory } from '../context.ts';
import type { Proof, Reason, RunOutcome, TypeProgress } from '../events.ts';
import type { RunRequest } from './request.ts';
import { objectionOf, verdictOf } from './verdict.ts';

/** How many gaps between reports of progress are remembered for the median. */
const gapsMax = 15;

type Change = Partial<SynchronizationMemory>;

/** A new run; whatever waited for the end of the last one is answered by it. */
export function newRun({ synchronization }: IntegrationContext, request: RunRequest, at: number): Change {
  const runs = synchronization.runs + 1;
  const run: RunMemory = {
    ...request,
    id: `run-${runs}`,
    startedAt: at,
    resumes: 0,
    fruitless: 0,
    progress: [],
    lastProgressAt: at,
    gapsMs: [],
    stalled: false,
  };
  const isWhole = request.types === null;
  return {
    runs,
    run,
    pending: null,
    reason: null,
    ...(isWhole ? { wholeStartedAt: at } : {}),
    ...(isWhole && request.mode === 'full' ? { fullStartedAt: at } : {}),
  };
}

/** The same run once more. Asked for afresh, earlier fruitless tries no longer count against it. */
export function resumeRun(run: RunMemory, afresh: boolean, at: number): Change {
  const fruitless = afresh ? 0 : run.fruitless;
  const resumed = { ...run, resumes: run.resumes + 1, fruitless, lastProgressAt: at, gapsMs: [], stalled: false };
  return { run: resumed, reason: null };
}

/** Longest silence in milliseconds that is still the run's own pace. */
export function stallAfterMs(context: IntegrationContext): number {
  const { factor, floorMs, capMs } = context.policy.synchronization.stall;
  const sorted = [...(context.synchronization.run?.gapsMs ?? [])].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return Math.min(capMs, Math.max(floorMs, factor * median));
}

const doneOf = (progress: readonly TypeProgress[]) => progress.reduce((sum, type) => sum + type.done, 0);

/** Takes in a report; only what moved counts as progress. */
export function noteProgress(run: RunMemory, progress: readonly TypeProgress[], at: number): RunMemory {
  if (doneOf(progress) === doneOf(run.progress)) return { ...run, progress };
  const gapsMs = [...run.gapsMs, Math.max(0, at - run.lastProgressAt)].slice(-gapsMax);
  return { ...run, progress, gapsMs, lastProgressAt: at, fruitless: 0 };
}

/** Interrupted again and again without any progress in between. */
export function isExhausted(context: IntegrationContext): boolean {
  return (context.synchronization.run?.fruitless ?? 0) >= context.policy.synchronization.fruitlessMax;
}

/** The plugin answers again: whether its run stands still by itself is told by its own pace, from now on. */
export function noteAnswered({ synchronization }: IntegrationContext, at: number): Change {
  const { run } = synchronization;
  return run === null ? {} : { run: { ...run, lastProgressAt: at } };
}

/** A run that is under way and not stalled, with its plugin alive: nothing heavier may be done meanwhile. */
export function isProgressing(context: IntegrationContext, at: number): boolean {
  const { run, reason } = context.synchronization;
  if (run === null || reason !== null || context.connection.pluginLostAt !== null) return false;
  // It counts as stalled since its plugin was lost, and may have gone on since the plugin has answered. Dated after now,
  // that was before the clock was set back: nobody knows how long ago.
  return !run.stalled || Math.abs(at - run.lastProgressAt) < stallAfterMs(context);
}

const sentences: { readonly [reason: string]: string } = {
  'counts-differ': 'The counts of source and target differ.',
  'content-differs': 'The counts are equal, the contents are not.',
  'empty-source': 'The source says it is empty; nothing was deleted.',
  'delete-guard': 'More entities would be deleted than the guard allows; nothing was deleted.',
  visibility:
    'The source no longer shows what it showed a moment ago, as when a privilege is lost; nothing was deleted.',
  rejected: 'The target refuses some entities.',
  'source-changed': 'The source kept changing while it was read.',
  partial: 'Only some types were synchronized, and nothing has been proven of the others yet.',
};

/** A reason of the engine as a word and a sentence; what a proof found is added to it. */
export function engineReason(code: string | null, proof?: Proof): Reason {
  const known = code ?? 'unproven';
  const sentence = sentences[known] ?? 'The run ended without proof.';
  const differing = (proof?.types ?? []).filter((type) => !type.equal).map(sentenceOf);
  return { code: known, message: [sentence, ...differing].join(' ') };
}

function sentenceOf(type: Proof['types'][number]): string {
  return `${type.type}: ${type.source.count} in the source, ${type.target.count} in the target.`;
}

/** The end of a run that came to its end, proven or not. What counts for all types advances by runs of all types only. */
export function endRun(context: IntegrationContext, result: RunOutcome, at: number): Change {
  const { run, lastFullAt, provenEqualAt } = context.synchronization;
  if (run === null) return {};
  const { mode, types, startedAt } = run;
  const { outcome, written, rejected } = result;
  const { succeeded, reason, proof } = verdictOf(context, result);
  const lastRun = {
    id: run.id,
    mode,
    types,
    startedAt,
    endedAt: at,
    outcome,
    reason: result.reason,
    written,
    rejected,
  };
  const ended = { run: null, proof, reason: succeeded ? null : engineReason(reason, proof ?? result.proof), lastRun };
  if (types !== null) return ended;
  return {
    ...ended,
    objection: objectionOf(reason),
    provenEqualAt: succeeded ? result.proof.at : provenEqualAt,
    lastFullAt: succeeded && mode === 'full' ? at : lastFullAt,
    wholeEndedAt: at,
  };
}

/** The run is given up. The pause until the next one counts from now: a cancelled run must not come again at once. */
export function forgetRun({ synchronization: { run } }: IntegrationContext, at: number): Change {
  return { run: null, pending: null, ...(run !== null && run.types === null ? { wholeEndedAt: at } : {}) };
}

/** A proof of all types that was made beside the runs. */
export function noteVerified({ synchronization }: IntegrationContext, proof: Proof): Change {
  const { provenEqualAt } = synchronization;
  if (!proof.equal) return { counts: proof };
  return { counts: proof, proof, provenEqualAt: Math.max(proof.at, provenEqualAt ?? 0) };
}

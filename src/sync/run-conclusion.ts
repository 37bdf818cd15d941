/** Draws the conclusion of a run: its outcome, and the first reason why it is not a success. */
import { listRejected } from './rejected.ts';
import type { RunContext } from './run-context.ts';
import type { Proof, RunResult } from './run-result.ts';
import type { SweepTrip } from './sweep.ts';

/** The result of a run whose last proof is given. */
export async function conclude(
  { run, index, clock, limits }: RunContext,
  last: { readonly proof: Proof; readonly tripped: SweepTrip; readonly resumed: boolean },
): Promise<RunResult> {
  const { rejected, count: rejectedCount } = await listRejected({ index, limit: limits.rejectedMax });
  const excused = last.proof.types.reduce((sum, { rejected: number }) => sum + number, 0);
  const reason = reasonOf(last.proof, last.tripped, rejectedCount - excused);
  const { runId, mode, written, decisions, startedAt } = run.state;
  return {
    runId,
    mode,
    outcome: reason === null ? 'succeeded' : 'incomplete',
    reason,
    proof: last.proof,
    written,
    rejected: [...rejected],
    rejectedCount,
    decisions,
    startedAt,
    endedAt: clock.now(),
    resumed: last.resumed,
  };
}

/** What a person has to decide about comes first, then what the next run may heal. */
function reasonOf(proof: Proof, tripped: SweepTrip, rejectedCount: number): RunResult['reason'] {
  if (tripped !== null) return tripped;
  if (rejectedCount > 0) return 'rejected';
  if (proof.equal) return null;
  if (proof.sourceChanges.count > 0) return 'source-changed';
  const differsInNumber = proof.types.some(({ source, target }) => source.count !== target.count);
  return differsInNumber ? 'counts-differ' : 'content-differs';
}

/** What a run that came to its end proves: a whole run by itself, a run of some types together with the last whole one. */
import type { IntegrationContext, SynchronizationMemory } from '../context.ts';
import type { Proof, RunOutcome } from '../events.ts';

export interface Verdict {
  readonly succeeded: boolean;
  /** Why it did not succeed, as a code; null when it did, or when no reason is known. */
  readonly reason: string | null;
  /** What is known of all types now; null while no whole run has ended. */
  readonly proof: Proof | null;
}

/** Reasons that a proof itself expresses, type by type: what proves those types equal settles them. */
const reasonsOfProof = new Set(['counts-differ', 'content-differs', 'source-changed']);

/** What stands against success beside the proof, as only a whole run can settle it: a guard, rejected records. */
export function objectionOf(reason: string | null): string | null {
  return reason === null || reasonsOfProof.has(reason) ? null : reason;
}

/** Judges the end of the run that is under way. */
export function verdictOf({ synchronization }: IntegrationContext, result: RunOutcome): Verdict {
  const { outcome, reason, proof } = result;
  const isProven = outcome === 'succeeded' && proof.equal;
  if ((synchronization.run?.types ?? null) === null) return { succeeded: isProven, reason, proof };
  const merged = mergeProof(synchronization, proof);
  if (!isProven) return { succeeded: false, reason, proof: merged };
  if (merged === null) return { succeeded: false, reason: 'partial', proof: null };
  if (synchronization.objection !== null) return { succeeded: false, reason: synchronization.objection, proof: merged };
  return { succeeded: merged.equal, reason: merged.equal ? null : differenceOf(merged), proof: merged };
}

/**
 * The last whole proof with the types of a newer one in their place. What counts have shown to differ since then counts
 * as different. Null when there is no whole proof: some types prove nothing of the others.
 */
export function mergeProof({ proof: whole, counts }: SynchronizationMemory, part: Proof): Proof | null {
  if (whole === null) return null;
  const differing = counts !== null && counts.at > whole.at ? counts.types.filter(({ equal }) => !equal) : [];
  const newer = new Map([
    ...differing.map((type) => [type.type, { ...type, at: counts?.at ?? whole.at }] as const),
    ...part.types.map((type) => [type.type, type] as const),
  ]);
  const known = new Set(whole.types.map(({ type }) => type));
  const types = [
    ...whole.types.map((type) => newer.get(type.type) ?? { ...type, at: type.at ?? whole.at }),
    ...part.types.filter(({ type }) => !known.has(type)),
  ];
  return { at: part.at, depth: weaker(whole.depth, part.depth), equal: types.every(({ equal }) => equal), types };
}

const depths = ['counts', 'sampled', 'content'] as const;

function weaker(one: Proof['depth'], other: Proof['depth']): Proof['depth'] {
  return depths.indexOf(one) < depths.indexOf(other) ? one : other;
}

/** The reason that a proof expresses. */
function differenceOf({ types }: Proof): string {
  return types.some(({ source, target }) => source.count !== target.count) ? 'counts-differ' : 'content-differs';
}

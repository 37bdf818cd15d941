/** Which comparison of both sides is shown: the proof of the last run, or the counts that were taken since. */
import type { Proof } from '../../machines/events.ts';
import type { ProofView } from './api.ts';
import { shownText } from './disclosure.ts';

/** Most examples of differing entities per type and kind. */
const examplesMax = 50;

/**
 * The comparison that says most about now. Counts cannot speak about content: they stand above an older proof only when
 * they differ, or when they show other numbers than a proof that rests on nothing but numbers.
 */
export function newestVerdict(proof: Proof | null, counts: Proof | null): ProofView | null {
  const chosen = choose(proof, counts);
  return chosen && proofView(chosen);
}

function choose(proof: Proof | null, counts: Proof | null): Proof | null {
  if (proof === null || counts === null) return proof ?? counts;
  if (counts.at <= proof.at) return proof;
  if (!counts.equal) return counts;
  if (proof.types.some(differsInContent)) return proof;
  return proof.equal && sameCounts(proof, counts) ? proof : counts;
}

const differsInContent = ({ equal, source, target }: Proof['types'][number]) => !equal && source.count === target.count;

function sameCounts(proof: Proof, counts: Proof): boolean {
  const proven = new Map(proof.types.map((type) => [type.type, type]));
  return counts.types.every(
    ({ type, source, target }) =>
      proven.get(type)?.source.count === source.count && proven.get(type)?.target.count === target.count,
  );
}

function proofView({ at, depth, equal, types }: Proof): ProofView {
  const examples = (ids: readonly string[]) => ids.slice(0, examplesMax).map(shownText);
  return {
    at,
    depth,
    equal,
    types: types.map((type) => ({
      ...type,
      missing: examples(type.missing),
      surplus: examples(type.surplus),
      different: examples(type.different),
    })),
  };
}

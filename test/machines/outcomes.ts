/** Proofs and outcomes of runs, by the counts of both sides. */
import type { Json } from '../../src/core/json.ts';

/** Of each type the counts of source and target. */
type Counts = { readonly [type: string]: readonly [number, number] };

export function proofOf(at: number, counts: Counts, depth: 'counts' | 'content' = 'content') {
  const side = (count: number) => ({ count, digest: depth === 'counts' ? null : `d${count}` });
  const types = Object.entries(counts).map(([type, [source, target]]) => ({
    type,
    source: side(source),
    target: side(target),
    equal: source === target,
    missing: [],
    surplus: [],
    different: [],
  }));
  return { at, depth, equal: types.every(({ equal }) => equal), types };
}

/** A run that came to its end with that proof; it did not succeed when there is a reason. */
export function runOf(
  proof: ReturnType<typeof proofOf>,
  reason: string | null = proof.equal ? null : 'counts-differ',
): Json {
  const written = { created: 0, updated: 0, deleted: 0, unchanged: 0 };
  return { outcome: reason === null ? 'succeeded' : 'incomplete', reason, proof, written, rejected: 0 };
}

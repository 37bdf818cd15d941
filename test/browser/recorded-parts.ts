/** The parts that recorded integrations share: proofs and rungs. */
import { type guideRungs, policySchema } from '../../machines/policy.ts';
import type { ProofView, RungView } from '../../src/http/api.ts';

export const types = ['cardholder-group', 'cardholder', 'credential', 'door', 'elevator'];
/** How many of each type the source holds. */
export const counts = [84, 48_211, 51_970, 1_306, 22];

/** A proof of all types; cardholders may be missing in the target. */
export function proof(at: number, missingCardholders: number): ProofView {
  return {
    at,
    depth: 'content',
    equal: missingCardholders === 0,
    types: types.map((type, index) => {
      const count = counts[index] ?? 0;
      const missing = type === 'cardholder' ? missingCardholders : 0;
      return {
        type,
        source: { count, digest: `5f0c${index}` },
        target: { count: count - missing, digest: missing === 0 ? `5f0c${index}` : '77aa' },
        equal: missing === 0,
        missing: missing === 0 ? [] : ['40127', '40128', '40131', '40133', '40140', '40151'],
        surplus: [],
        different: missing === 0 ? [] : ['1002'],
      };
    }),
  };
}

type Marks = { readonly [rung in (typeof guideRungs)[number]['id']]?: Partial<RungView> };

/** The rungs of the default policy, with what the situation made of some of them. */
export function rungs(marks: Marks = {}): RungView[] {
  return policySchema.parse({}).ladder.rungs.map(({ id, title, impact, attempts, budget }) => ({
    id,
    title,
    impact,
    status: 'ready',
    attempts: 0,
    attemptsMax: attempts,
    budget: budget === null ? null : { used: 0, ...budget },
    note: null,
    ...marks[id],
  }));
}

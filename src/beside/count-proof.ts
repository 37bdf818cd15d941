/** Two sets of counts as a proof. It proves numbers and nothing of the content: that is all that can be seen from outside. */
import type { Proof } from '../sync/run-result.ts';
import type { Counts } from './vendor-counts.ts';

/** One type for each count that is expected. */
export function proofOfCounts(at: number, expected: Counts, owned: Counts): Proof {
  const types = Object.entries(expected).map(([type, inSource]) => {
    const inTarget = owned[type] ?? 0;
    return {
      type,
      source: { count: inSource, digest: null },
      target: { count: inTarget, digest: null },
      equal: inSource === inTarget,
      missing: [],
      surplus: [],
      different: [],
      duplicates: [],
      found: {
        missing: Math.max(0, inSource - inTarget),
        surplus: Math.max(0, inTarget - inSource),
        different: 0,
        duplicates: 0,
      },
      rejected: 0,
    };
  });
  const sourceChanges = { appeared: [], vanished: [], count: 0 };
  return { at, depth: 'counts', equal: types.every(({ equal }) => equal), types, sourceChanges };
}

/** SiPass lists nobody while the role has people: more likely a privilege that was lost than a site without people. */
export const isEmptySource = (expected: Counts, owned: Counts): boolean =>
  expected['Cardholder'] === 0 && (owned['Cardholder'] ?? 0) > 0;

/** The parts that recorded integrations share: proofs and rungs. */
import type { guideRungs } from '../../machines/escalation/ladder-policy.ts';
import { policySchema } from '../../machines/policy.ts';
import type { LadderView, ProofView, RungView } from '../../src/http/api.ts';

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
  return policySchema
    .parse({})
    .ladder.rungs.map(({ attempts, budget, windows: _windows, approval: _none, ...rung }) => ({
      id: rung.id,
      title: rung.title,
      remedy: rung.remedy,
      impact: rung.impact,
      cost: rung.cost,
      mode: rung.mode,
      needs: rung.needs,
      steps: rung.steps,
      status: 'ready' as const,
      attempts: 0,
      attemptsMax: attempts,
      budget: budget === null ? null : { used: 0, ...budget },
      windows: [],
      opensAt: 0,
      restsUntil: null,
      lastUsedAt: null,
      approval: { status: 'not-needed' as const, askedAt: null, expiresAt: null, by: null },
      component: rung.remedy === 'restart-server' ? 'server:main' : null,
      touches: rung.remedy === 'restart-server' ? ['harbour', 'depot'] : [],
      note: null,
      ...marks[rung.id as keyof Marks], // ids of the default policy
    }));
}

/** A ladder that watches, with what the situation made of it. */
export function ladder(parts: Partial<LadderView> = {}): LadderView {
  return {
    status: 'watching',
    incident: null,
    quarantine: null,
    readyAt: null,
    waitsFor: null,
    claim: null,
    asks: null,
    rungs: rungs(),
    budget: { used: 1, max: 8, windowMs: 24 * 3_600_000 },
    past: [],
    lessons: [{ signature: 'plugin-hung', rung: 'restart-plugin', tried: 4, helped: 3 }],
    ...parts,
  };
}

export function incident(
  parts: Pick<NonNullable<LadderView['incident']>, 'id' | 'openedAt' | 'because' | 'signature'>,
): LadderView['incident'] {
  return { beganAt: parts.openedAt - 20_000, signatures: [], tries: [], triesDropped: 0, ...parts };
}

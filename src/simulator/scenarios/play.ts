/** Plays one scenario to its end and draws the balance, from the books of the simulators and the steps of the product. */
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

export interface Result {
  readonly kind: 'result';
  readonly scenario: string;
  /** Source and target hold the same at the end: by the product's proof and by the simulators' own counts. */
  readonly proven: boolean;
  /** Remedies that were carried out, in order. */
  readonly remedies: readonly string[];
  /** Writes to the target that changed nothing. */
  readonly rewrites: number;
  readonly durationMs: number;
  /** Whether everything that the scenario promises held. */
  readonly kept: boolean;
}

export interface PlayOptions {
  readonly scenario: Scenario;
  readonly stage: Stage;
  /** How many rewrites are allowed: a page per worker and interruption. */
  readonly rewritesMax: number;
}

export async function play({ scenario, stage, rewritesMax }: PlayOptions): Promise<Result> {
  const startedAt = stage.now();
  await scenario.play(stage);
  const { truth, tally } = await stage.truth();
  const view = await stage.look();
  const proof = view?.synchronization.proof;
  const counted = Object.entries(truth.eligible).every(([type, count]) =>
    proof?.types.some((verdict) => verdict.type === type && verdict.equal && verdict.target.count === count),
  );
  stage.expect('the proof has the counts that the source really has', counted, { eligible: truth.eligible });
  stage.expect('no entity was created twice', tally.duplicates === 0, { duplicates: tally.duplicates });
  stage.expect(`at most ${rewritesMax} writes were repeated`, tally.rewrites <= rewritesMax, {
    rewrites: tally.rewrites,
  });
  const proven = counted && proof?.equal === true && proof.depth === 'content';
  return {
    kind: 'result',
    scenario: scenario.name,
    proven,
    remedies: await stage.remedies(),
    rewrites: tally.rewrites,
    durationMs: stage.now() - startedAt,
    kept: proven && stage.expectations.every(({ held }) => held),
  };
}

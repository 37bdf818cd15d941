/** Plays one scenario to its end and draws the balance, from the books of the simulators and the steps of the product. */
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import type { Watch } from './watch.ts';

export interface Result {
  readonly kind: 'result';
  readonly scenario: string;
  /** Source and target hold the same at the end: by the product's proof and by the simulators' own counts. */
  readonly proven: boolean;
  /** Remedies that were carried out, in order; one integration after the other. */
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
  /** How many rewrites are allowed for each integration: a page per worker and interruption. */
  readonly rewritesMax: number;
}

export async function play({ scenario, stage, rewritesMax }: PlayOptions): Promise<Result> {
  const startedAt = stage.now();
  await scenario.play(stage);
  let proven = true;
  let rewrites = 0;
  for (const watch of stage.watches) {
    const balance = await drawBalance(watch, stage, rewritesMax);
    proven &&= balance.proven;
    rewrites += balance.rewrites;
  }
  return {
    kind: 'result',
    scenario: scenario.name,
    proven,
    remedies: Object.values(await stage.remediesOfAll()).flat(),
    rewrites,
    durationMs: stage.now() - startedAt,
    kept: proven && stage.expectations.every(({ held }) => held),
  };
}

async function drawBalance(watch: Watch, stage: Stage, rewritesMax: number) {
  const { eligible, owned, tally } = await watch.truth();
  const proof = (await watch.look())?.synchronization.proof;
  const counted = Object.entries(eligible).every(
    ([type, count]) =>
      proof?.types.some((verdict) => verdict.type === type && verdict.equal && verdict.target.count === count) &&
      (owned === null || owned[type] === count),
  );
  const of = stage.watches.length > 1 ? `${watch.integration}: ` : '';
  stage.expect(`${of}the proof has the counts that the source really has`, counted, { eligible, owned });
  stage.expect(`${of}no entity was created twice`, tally.duplicates === 0, { duplicates: tally.duplicates });
  stage.expect(`${of}at most ${rewritesMax} writes were repeated`, tally.rewrites <= rewritesMax, {
    rewrites: tally.rewrites,
  });
  // Beside the vendor's own plugin nobody sees more than counts.
  const depth = watch.site.integration(watch.integration).mode === 'beside' ? 'counts' : 'content';
  return { proven: counted && proof?.equal === true && proof.depth === depth, rewrites: tally.rewrites };
}

/** What a scenario is: a promise about the product, and a play that puts it to the test. */
import type { SiteKind } from '../site/plans/index.ts';
import type { Stage } from './stage.ts';

export interface Scenario {
  readonly name: string;
  /** What the outcome must be, as a sentence. */
  readonly promise: string;
  /** The site that it is played on. @default 'single' */
  readonly site?: SiteKind;
  /** Ends when the outcome is there; says with {@link Stage.expect} what held. */
  play(stage: Stage): Promise<void>;
}

/** What a remedy needs of the world around it, handed in by whoever wires it. */
import type { Clock } from '../core/clock.ts';

export interface RemedyEnvironment {
  readonly clock: Clock;
  /** Environment of the programs. Values whose names sound secret are hidden in every output. */
  readonly variables: NodeJS.ProcessEnv;
  /** From 0 to less than 1: spreads retries. */
  readonly random: () => number;
}

/** What an oracle has found: the rule that was broken, and how. */
export interface Violation {
  readonly oracle: string;
  readonly what: string;
  /** Hours of simulated time since the beginning. */
  readonly hours: number;
}

/** How many are kept of one seed; one is enough to fail. */
export const violationsMax = 10;

/** What a rung does: the interface of every remedy. */

/** One use of a remedy. */
export interface RemedyUse {
  readonly integration: string;
  readonly rung: string;
  /** The same after a restart of the supervisor: whoever can, does the work once per key. */
  readonly idempotencyKey: string;
  /** Grows with each owner of the data directory; a component that saw a higher one refuses. */
  readonly fencingToken: number;
  /** When the intent was committed, epoch milliseconds. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

export interface Remedy {
  /**
   * Carries the remedy out, and answers what was done: a sentence, and a bounded part of what a program or an endpoint
   * said, without secrets.
   *
   * @throws CodedError SW_REMEDY_FAILED, SW_NOT_NOW, SW_FENCED and the codes of what it talks to
   */
  act(use: RemedyUse): Promise<string>;
  /**
   * Asks reality whether the use was already carried out; null when that cannot be known.
   *
   * @throws CodedError when reality could not be asked
   */
  wasDone(use: RemedyUse): Promise<boolean | null>;
}

/** One measurement: what it is given, and how it is run. */
import type { Tell } from './line.ts';

export interface CaseOptions {
  /** An empty directory of its own, on the disk that is to be measured; removed afterwards. */
  readonly directory: string;
  /** True for a smoke test: everything is done, on so little that the figures mean nothing. */
  readonly quick: boolean;
  readonly tell: Tell;
}

export type Case = (options: CaseOptions) => Promise<void>;

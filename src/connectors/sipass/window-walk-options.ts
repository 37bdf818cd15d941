/** What a walk over a windowed list works with. */
import type { ListReply } from './list-reply.ts';

export interface WindowWalkOptions {
  /** Reads about `count` rows from `startIndex` on; more or fewer may come. */
  readonly read: (startIndex: number, count: number, signal: AbortSignal) => Promise<ListReply>;
  /** New rows per step, about. */
  readonly pageSize: number;
  /** What is being done, for the message of an error. */
  readonly doing: string;
}

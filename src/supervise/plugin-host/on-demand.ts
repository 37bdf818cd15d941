/** What a person may ask of a plugin beside its runs. The same for a plugin in this process and for one in another. */
import { z } from 'zod';
import type { Mode } from '../../../machines/mode.ts';
import { type Difference, differenceSchema } from '../../sync/diff.ts';
import { type DryRunResult, dryRunResultSchema } from '../../sync/dry-run.ts';
import type { EntityRef } from '../../sync/index/entity-index.ts';
import { type EntityResult, entityResultSchema } from '../../sync/on-demand.ts';
import { type Proof, type RejectedRecord, rejectedRecordSchema } from '../../sync/run-result.ts';
import type { RelayingStatus } from './relaying.ts';

export const rejectedPageSchema = z.object({
  rejected: z.array(rejectedRecordSchema),
  /** Where the next page goes on; null after the last one. */
  next: z.string().nullable(),
  /** How many there are in all. */
  count: z.number().int(),
});
export const countSchema = z.object({ count: z.number().int() });
export const rebuiltSchema = z.object({ types: z.array(z.object({ type: z.string(), count: z.number().int() })) });
export const takenOverSchema = z.object({ from: z.string().nullable() });

export interface RejectedPage {
  readonly rejected: readonly RejectedRecord[];
  readonly next: string | null;
  readonly count: number;
}
export interface Rebuilt {
  readonly types: readonly { readonly type: string; readonly count: number }[];
}

/** Entity types that something is limited to; null for all of them. */
interface Limited {
  readonly types: readonly string[] | null;
}
interface Stoppable {
  readonly signal: AbortSignal;
}

export interface OnDemand {
  /** Compares everything by content. */
  verify(options: Stoppable): Promise<Proof>;
  /** What differs, part by part; reading no further ends the comparison. */
  diff(options: Limited & Stoppable): AsyncIterable<readonly Difference[]>;
  /** What a run would write. */
  dryRun(options: { readonly mode: Mode } & Limited & Stoppable): Promise<DryRunResult>;
  /** Synchronizes what one record of the source yields. */
  synchronizeEntity(options: { readonly kind: string; readonly key: string } & Stoppable): Promise<EntityResult>;
  listRejected(options: { readonly after: string | null; readonly limit: number } & Stoppable): Promise<RejectedPage>;
  retryRejected(
    options: { readonly refs: readonly EntityRef[] | 'all' } & Stoppable,
  ): Promise<{ readonly count: number }>;
  dropRejected(options: { readonly refs: readonly EntityRef[] } & Stoppable): Promise<{ readonly count: number }>;
  rebuildIndex(options: Stoppable): Promise<Rebuilt>;
  /** Frees the lease of a run; answers who held it. */
  takeOver(options: { readonly by: string } & Stoppable): Promise<{ readonly from: string | null }>;
  /** How the relay of events stands; null where none are relayed. */
  events(options: Stoppable): Promise<RelayingStatus>;
}

export { type Difference, differenceSchema, dryRunResultSchema, entityResultSchema };

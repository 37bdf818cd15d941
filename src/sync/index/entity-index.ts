/**
 * The entity index: what the engine knows of the target, how far a run has come, and what it was about to write.
 *
 * Everything here is durable and small; the entities themselves are never kept. Both implementations pass
 * `test/sync/entity-index.contract.ts`.
 */
import { z } from 'zod';
import type { Checkpoint } from '../checkpoint.ts';
import type { Bitmap } from './bitmap.ts';

/** An entity of the mapping by name. */
export const entityRefSchema = z.object({ type: z.string(), key: z.string() });
export type EntityRef = Readonly<z.infer<typeof entityRefSchema>>;

const originSchema = z.object({ kind: z.string(), key: z.string() });

/** The source record that yields an entity. */
export type Origin = Readonly<z.infer<typeof originSchema>>;

/** One entity known to be in the target. */
export interface IndexEntry extends EntityRef {
  /** Its number within the type, given by {@link EntityIndex.nextNumber}: its place in the {@link Bitmap}s. */
  readonly n: number;
  /** The id the target chose. */
  readonly id: string;
  /** Hash of the content that is in the target, as written or as last read back. */
  readonly hash: string;
  /** Null when the entity was found by its marker alone and no walk has yielded it since. */
  readonly origin: Origin | null;
}

/** An entity that a record yields; `n` is null while it is not in the target. */
export type YieldedEntity = EntityRef & { readonly n: number | null };

/** One source record as the last walk judged it; a record that yields nothing is ineligible by the mapping. */
export interface IndexedRecord {
  readonly kind: string;
  readonly key: string;
  /** Its number within the kind. */
  readonly n: number;
  /** What a record must look like for nothing to be done about it, see {@link fingerprint}; null = compare it. */
  readonly print: string | null;
  readonly entities: readonly YieldedEntity[];
}

/** A write that was about to be made. Whether it happened is unknown until the target is asked. */
export const intentSchema = z.object({
  type: z.string(),
  key: z.string(),
  /** Of what is about to be created: it is looked at once more before anybody deletes what nobody remembers to have made. */
  origin: originSchema.nullable().default(null),
  at: z.number(),
});
export type Intent = Readonly<z.infer<typeof intentSchema>>;

/** An entity that could not be written, kept until it can be or the source drops it. */
export const rejectedEntitySchema = z.object({
  type: z.string(),
  key: z.string(),
  /** `refused` by the target, a missing `dependency`, or a `conflict`: two source records yield the same entity. */
  because: z.enum(['refused', 'dependency', 'conflict']),
  code: z.string(),
  message: z.string(),
  /** Hash of the wanted content; null while a relation cannot be resolved. */
  hash: z.string().nullable(),
  origin: originSchema.nullable(),
  firstAt: z.number(),
  lastAt: z.number(),
  tries: z.number(),
  /** Until then the same content is not offered again; 0 = at any time. */
  nextTryAt: z.number().default(0),
});
export type RejectedEntity = Readonly<z.infer<typeof rejectedEntitySchema>>;

/** Changes that become durable together or not at all. Drops are applied before puts. */
export interface IndexCommit {
  readonly checkpoint?: Checkpoint;
  readonly dropEntries?: readonly EntityRef[];
  readonly putEntries?: readonly IndexEntry[];
  readonly dropRecords?: readonly Origin[];
  readonly putRecords?: readonly IndexedRecord[];
  readonly dropIntents?: readonly EntityRef[];
  readonly putIntents?: readonly Intent[];
  readonly dropRejected?: readonly EntityRef[];
  readonly putRejected?: readonly RejectedEntity[];
  readonly addMarks?: readonly Mark[];
  readonly dropMarks?: readonly Mark[];
}

/** A mark on one row. */
export interface Mark {
  readonly name: MarkName;
  readonly n: number;
}

/** What the bits of a {@link Bitmap} of the index say of the rows of a kind or type. */
export type MarkName =
  /** There is a row for the entity: kept by the index itself. */
  | `rows:${string}`
  /** The walk has met the record. Kept from walk to walk. */
  | `records:${string}`
  /** The walk has yielded the entity. */
  | `entries:${string}`
  /** The inventory of this run has seen the entity in the target. */
  | `verified:${string}`;

/**
 * The index of one integration. It has one owner at a time. Batches of an iteration are read one after the other:
 * commits made meanwhile may or may not be seen, entries that nobody touches are seen exactly once.
 */
export interface EntityIndex {
  checkpoint(): Promise<Checkpoint | null>;
  /** One answer per ref, in the same order. */
  lookup(refs: readonly EntityRef[]): Promise<readonly (IndexEntry | null)[]>;
  lookupRecords(origins: readonly Origin[]): Promise<readonly (IndexedRecord | null)[]>;
  lookupRejected(refs: readonly EntityRef[]): Promise<readonly (RejectedEntity | null)[]>;
  entries(type: string): AsyncIterable<readonly IndexEntry[]>;
  records(kind: string): AsyncIterable<readonly IndexedRecord[]>;
  intents(): AsyncIterable<readonly Intent[]>;
  rejected(): AsyncIterable<readonly RejectedEntity[]>;
  countEntries(type: string): Promise<number>;
  countRejected(): Promise<number>;
  /**
   * Marks on rows, by their number. A mark that is added here, to a row that exists, is seen at once and becomes durable
   * with the next commit whatever that is about: so it must be true by itself. Dropping a row takes its marks away.
   */
  marks(name: MarkName): Bitmap;
  /** A number that no row of the kind or type has; it is taken when a row with it is committed. */
  nextNumber(table: 'records' | 'entries', group: string): number;
  /** Atomic over all its parts; when it resolves it survives `kill -9` and a power cut. */
  commit(changes: IndexCommit): Promise<void>;
  /**
   * Forgets every entity and record, without reading them, and what was noted of the run under way; intents and rejected
   * records are kept. The next run finds what is in the target by its markers.
   */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** One text per ref, for maps and sets. */
export function refName(ref: EntityRef): string {
  return `${ref.type}\u0000${ref.key}`;
}

/** One text per origin, for maps and sets. */
export function originName({ kind, key }: Origin): string {
  return `${kind}\u0000${key}`;
}

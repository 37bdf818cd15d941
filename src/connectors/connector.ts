/**
 * The seam between the synchronization engine and the systems it copies between.
 *
 * A source is read; a target is written and read back. Both throw {@link CodedError}s only: `SW_UNREACHABLE`,
 * `SW_TIMEOUT`, `SW_TLS_UNTRUSTED`, `SW_UNAUTHORISED`, `SW_SESSION_LOST`, `SW_SESSION_BUSY`, `SW_LICENCE`,
 * `SW_SERVER_FAILED`, `SW_REPLY_UNEXPECTED`, `SW_REFUSED`, `SW_WALK_INCOMPLETE`. *Unreachable is never empty*: a
 * failure is thrown, an empty answer means that the other side said "none".
 */
import type { Json, JsonObject } from '../core/json.ts';

/** What a system says about itself when it is asked whether it is well. */
export interface SystemReport {
  /** Product name for people, for example `SiPass integrated`. */
  readonly product: string;
  /** Version as the system states it, or null where it states none. */
  readonly version: string | null;
  /** Round trip of the question in milliseconds. */
  readonly latencyMs: number;
}

/** What the engine must know about a source before it plans a run. */
export interface SourceCapabilities {
  /** `window`: index window over a mutable list, rows may shift between pages. `stream`: one stable pass. */
  readonly listing: 'window' | 'stream';
  /** Whether {@link SourcePage.total} can be trusted. */
  readonly totals: 'exact' | 'unreliable';
  /** Whether a page needs one more request per record (cost 1 + N). */
  readonly detailRequired: boolean;
  /** How many requests may be in flight at once (a licence or session bound). */
  readonly maxConcurrency: number;
}

/** One record of the source, canonical: volatile members removed; missing, null and default made equal. */
export interface SourceRecord {
  /** The source's kind, for example `cardholder`, `workgroup`, `access-point`. */
  readonly kind: string;
  /** The source's own stable key within the kind. */
  readonly key: string;
  readonly value: JsonObject;
}

/** Where to go on in a walk; opaque to the engine, plain JSON so that a checkpoint can hold it. */
export type Cursor = Json;

export interface SourcePage {
  /** Whole records, each key at most once within one walk as far as the source allows. */
  readonly records: readonly SourceRecord[];
  /** Null when the walk is complete. */
  readonly next: Cursor | null;
  /** What the source says the whole list holds; null when it does not know (`-1`). */
  readonly total: number | null;
}

export interface Source {
  readonly capabilities: SourceCapabilities;
  /** The kinds that can be walked. */
  readonly kinds: readonly string[];
  /** Asks the source whether it is well, over the session that the walks use. */
  probe(signal: AbortSignal): Promise<SystemReport>;
  /** Reads one page, details included. `cursor` null starts a walk. */
  walk(kind: string, cursor: Cursor | null, signal: AbortSignal): Promise<SourcePage>;
  /** Reads only the keys of a kind, page by page: the cheap second look used for counts. */
  keys(kind: string, signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** Reads one record; null when the source says that it does not exist. */
  get(kind: string, key: string, signal: AbortSignal): Promise<SourceRecord | null>;
  /** Ends the session. Never throws: what cannot be closed is forgotten. */
  close(): Promise<void>;
}

/** One entity as the target should hold it. `fields` and `refs` are in the vocabulary of the mapping. */
export interface TargetEntity {
  /** The target's entity type, for example `cardholder`, `credential`, `cardholder-group`, `door`, `elevator`. */
  readonly type: string;
  /** Stable key, unique within the type; it comes from the source and is carried in the marker. */
  readonly key: string;
  readonly fields: JsonObject;
  /** Relations by name, for example `{ groups: [id, id] }`; target ids, sorted. */
  readonly refs: { readonly [name: string]: readonly string[] };
}

/** An entity that carries our marker. */
export interface MarkedEntity {
  readonly id: string;
  readonly key: string;
}

export interface MarkedPage {
  readonly entities: readonly MarkedEntity[];
  readonly next: Cursor | null;
}

/** An entity read back from the target, in the same vocabulary as {@link TargetEntity}. */
export interface StoredEntity extends TargetEntity {
  readonly id: string;
}

export interface TargetCapabilities {
  /** How many entities {@link Target.read} takes at once. */
  readonly readBatch: number;
  /** How many requests may be in flight at once. */
  readonly maxConcurrency: number;
  /** Longest text a field can hold, in UTF-16 code units. */
  readonly textLengthMax: number;
}

/**
 * The target chooses the ids of what is created and has no idempotent create. Every entity therefore carries a marker
 * with our key; after a crash {@link Target.find} tells whether a create whose answer was lost has happened.
 */
export interface Target {
  readonly capabilities: TargetCapabilities;
  readonly types: readonly string[];
  probe(signal: AbortSignal): Promise<SystemReport>;
  /** One page of the entities of a type that carry our marker. `cursor` null starts. */
  list(type: string, cursor: Cursor | null, signal: AbortSignal): Promise<MarkedPage>;
  /** Reads entities back; ids that no longer exist are left out of the answer. */
  read(type: string, ids: readonly string[], signal: AbortSignal): Promise<readonly StoredEntity[]>;
  /** The ids of all entities that carry the marker of this key: none, one, or (a defect to repair) several. */
  find(type: string, key: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Creates with marker and content in one request; answers the new id. Never retried blindly. */
  create(entity: TargetEntity, signal: AbortSignal): Promise<string>;
  /** Makes fields and relations equal to `entity`; safe to repeat. */
  update(id: string, entity: TargetEntity, signal: AbortSignal): Promise<void>;
  /** Deletes; an id that no longer exists is a success. */
  remove(type: string, id: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

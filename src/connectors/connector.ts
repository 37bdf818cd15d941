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
  /** How long ago the oldest of its data was written, milliseconds; only of a source that is handed its data, as a file is. */
  readonly dataAgeMs?: number;
}

/**
 * What a source can do, declared once: the engine plans by it, and nobody has to try. Left out means the least: a source
 * that says nothing of a change feed has none.
 */
export interface SourceCapabilities {
  /**
   * How a list is read. `window`: by index over a mutable list, rows may shift between pages. `page`: by page number, with
   * the same hazard. `cursor`: the server says where to go on, rows that come or go shift nothing. `stream`: one stable pass.
   */
  readonly listing: 'window' | 'page' | 'cursor' | 'stream';
  /** Whether {@link SourcePage.total} can be trusted: `exact`, stated but `unreliable`, or never stated. */
  readonly totals: 'exact' | 'unreliable' | 'none';
  /** Whether a page needs one more request per record (cost 1 + N). */
  readonly detailRequired: boolean;
  /** How many requests may be in flight at once (a licence or session bound). */
  readonly maxConcurrency: number;
  /** Whether the source tells what has changed since a bookmark: {@link Source.changes}. @default 'none' */
  readonly changeFeed?: 'none' | 'bookmark';
  /** Whether the change feed names what was removed, or a removal shows only as absence from a walk. @default 'none' */
  readonly tombstones?: 'none' | 'explicit';
  /** Whether every record has a {@link SourceRecord.version} that changes whenever its content does. @default false */
  readonly recordVersion?: boolean;
  /**
   * Members, as the other side names them, that change without a write. The connector has left them out of every value:
   * the list is for people and for inspection. @default []
   */
  readonly volatileFields?: readonly string[];
}

/** One record of the source, canonical: volatile members removed; missing, null and default made equal. */
export interface SourceRecord {
  /** The source's kind, for example `cardholder`, `workgroup`, `access-point`. */
  readonly kind: string;
  /** The source's own stable key within the kind. */
  readonly key: string;
  readonly value: JsonObject;
  /** The source's own version of the content, an ETag for example. Opaque; only there with `recordVersion`. */
  readonly version?: string;
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

/**
 * What has changed since a bookmark. A key may be named again though it was named before, never the other way round: what
 * changed after the bookmark is named at least once, here or on a later page.
 */
export interface ChangePage {
  /** Records as they are now, whole; not what they were at each change. */
  readonly changed: readonly SourceRecord[];
  /** Keys that no longer exist. Empty where the capability `tombstones` is `none`. */
  readonly removed: readonly string[];
  /** The newest bookmark. Always store it, also when nothing has changed, and only after the page is dealt with. */
  readonly next: Cursor;
  /**
   * The source no longer knows the bookmark, or cannot say what changed since: a whole walk is needed. `changed` and
   * `removed` are empty then, and `next` is a bookmark for now: what changes during that walk comes after it.
   */
  readonly refreshRequired: boolean;
  /** More changes wait behind `next`: ask again at once. */
  readonly more: boolean;
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
  /**
   * What has changed in a kind since a bookmark; there if, and only if, the capability `changeFeed` is `bookmark`. It
   * answers at once, also when there is nothing.
   *
   * `cursor` null takes a bookmark for "now": the answer is empty but for `next`. Take it *before* a whole walk, and go on
   * from it after: what changes during the walk is then seen twice at most, never missed. A bookmark that is no longer
   * known, or was never one of this source, gives `refreshRequired`; it is no failure. A source that cannot be read
   * throws, as everywhere.
   */
  changes?(kind: string, cursor: Cursor | null, signal: AbortSignal): Promise<ChangePage>;
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

export interface IdPage {
  readonly ids: readonly string[];
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
  /** How {@link Target.list} is read; the words are those of {@link SourceCapabilities.listing}. @default 'window' */
  readonly listing?: SourceCapabilities['listing'];
  /** Members that the target changes by itself; {@link Target.read} leaves them out, or they could never be proven equal. @default [] */
  readonly volatileFields?: readonly string[];
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
  /**
   * The ids of a page of the same list, for whoever reads the entities anyway: {@link Target.read} gives an empty key to
   * those that turn out not to carry our marker. Left out where it would cost no less than {@link Target.list}.
   */
  listIds?(type: string, cursor: Cursor | null, signal: AbortSignal): Promise<IdPage>;
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

/** The book of every write: what proves from outside that nothing was written twice. */
import { canonicalJson } from '../../core/json.ts';
import { type Entity, type EntityTable, textOf } from './entity.ts';

/** How many single writes are kept at least; the counters go on. */
const writesKept = 20_000;
/** How many flawed writes are kept; the counters go on. */
const flawsKept = 1_000;
/** How many entities are counted apart, the first written going first. */
const entitiesKept = 200_000;

export interface Write {
  readonly seq: number;
  readonly at: number;
  readonly kind: 'create' | 'update' | 'delete';
  readonly type: string;
  readonly id: string;
  /** `rewrite`: it changed nothing. `duplicate`: it gave an entity the marker that another living one has. */
  readonly flaw: 'rewrite' | 'duplicate' | null;
}

/** How often one entity, or all of a type, were written. */
export interface WriteCounts {
  creates: number;
  updates: number;
  deletes: number;
  rewrites: number;
  duplicates: number;
}

/** How an entity was before it was written. */
export interface Before {
  readonly content: string;
  readonly marker: string;
}

/** How an entity is now: everything that a client can set. */
export function beforeOf(entity: Entity): Before {
  const members = [...entity.collections].map(([name, ids]) => [name, [...ids].sort()] as const);
  const content = canonicalJson({
    properties: Object.fromEntries(entity.properties),
    collections: Object.fromEntries(members.filter(([, ids]) => ids.length > 0)),
    customFields: Object.fromEntries(entity.customFields),
  });
  return { content, marker: textOf(entity, 'description') };
}

export class WriteBook {
  readonly #now: () => number;
  readonly #total = noCounts();
  readonly #byType = new Map<string, WriteCounts>();
  readonly #byEntity = new Map<string, WriteCounts & { readonly type: string }>();
  readonly #flaws: Write[] = [];
  #writes: Write[] = [];
  #seq = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  created(table: EntityTable, entity: Entity): void {
    this.#write('create', entity, hasTwin(table, entity) ? 'duplicate' : null);
  }

  updated(table: EntityTable, entity: Entity, before: Before): void {
    const now = beforeOf(entity);
    const same = now.content === before.content;
    if (!same) entity.modifiedAt = this.#now();
    const isTwin = now.marker !== before.marker && hasTwin(table, entity);
    this.#write('update', entity, same ? 'rewrite' : isTwin ? 'duplicate' : null);
  }

  deleted(entity: Entity): void {
    this.#write('delete', entity, null);
  }

  /** The counters, the newest flawed writes, and up to `limit` writes: those after `after`, else the newest. */
  report({ after = null, limit = 200 }: { readonly after?: number | null; readonly limit?: number } = {}) {
    const first = this.#writes[0]?.seq ?? 1;
    const start = after === null ? Math.max(0, this.#writes.length - limit) : Math.max(0, after + 1 - first);
    return {
      ...this.#total,
      byType: Object.fromEntries(this.#byType),
      flaws: [...this.#flaws],
      writes: this.#writes.slice(start, start + limit),
      lastSeq: this.#seq,
    };
  }

  /** Counters by entity, for those written more often than `writesMin` times. */
  entities(writesMin: number) {
    return [...this.#byEntity]
      .filter(([, { creates, updates, deletes }]) => creates + updates + deletes > writesMin)
      .map(([id, counts]) => ({ id, ...counts }));
  }

  #write(kind: Write['kind'], { type, id }: Entity, flaw: Write['flaw']): void {
    const write = { seq: ++this.#seq, at: this.#now(), kind, type, id, flaw };
    const ofType = this.#byType.get(type) ?? noCounts();
    const ofEntity = this.#byEntity.get(id) ?? { type, ...noCounts() };
    this.#byType.set(type, ofType);
    this.#byEntity.set(id, ofEntity);
    const [eldest] = this.#byEntity.size > entitiesKept ? this.#byEntity.keys() : [];
    if (eldest !== undefined) this.#byEntity.delete(eldest);
    for (const counts of [this.#total, ofType, ofEntity]) {
      counts[`${kind}s`] += 1;
      if (flaw) counts[`${flaw}s`] += 1;
    }
    if (flaw && this.#flaws.push(write) > flawsKept) this.#flaws.shift();
    this.#writes.push(write);
    // Cut in halves: shifting one by one would copy the list for each write.
    if (this.#writes.length > writesKept * 2) this.#writes = this.#writes.slice(-writesKept);
  }
}

function hasTwin(table: EntityTable, entity: Entity): boolean {
  const marker = textOf(entity, 'description');
  return marker !== '' && table.withValue(entity.type, 'description', marker).some((other) => other !== entity);
}

const noCounts = (): WriteCounts => ({ creates: 0, updates: 0, deletes: 0, rewrites: 0, duplicates: 0 });

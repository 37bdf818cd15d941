/** The book of every write: what proves from outside that nothing was written twice. */
import { canonicalJson, type Json } from '../../core/json.ts';
import { type Entity, type EntityTable, textOf } from './entity.ts';

/** How many single writes are kept; the counters go on. */
const writesKept = 10_000;

export interface Write {
  readonly seq: number;
  readonly at: number;
  readonly kind: 'create' | 'update' | 'delete';
  readonly type: string;
  readonly id: string;
  /** Whether it changed nothing, or gave a marker to a second entity. */
  readonly flaw: 'rewrite' | 'duplicate' | null;
}

/** The content of an entity, to compare before and after. */
export function contentOf(entity: Entity): string {
  return canonicalJson(Object.fromEntries(entity.properties) as Json);
}

export class WriteBook {
  readonly #writes: Write[] = [];
  readonly #now: () => number;
  #seq = 0;
  #rewrites = 0;
  #duplicates = 0;
  readonly #counts = { create: 0, update: 0, delete: 0 };

  constructor(now: () => number) {
    this.#now = now;
  }

  created(table: EntityTable, entity: Entity): void {
    const marker = textOf(entity, 'description');
    const twin = marker !== '' && table.withValue(entity.type, 'description', marker).some((other) => other !== entity);
    if (twin) this.#duplicates += 1;
    this.#write('create', entity, twin ? 'duplicate' : null);
  }

  updated(entity: Entity, before: string): void {
    const same = contentOf(entity) === before;
    if (same) this.#rewrites += 1;
    this.#write('update', entity, same ? 'rewrite' : null);
  }

  deleted(entity: Entity): void {
    this.#write('delete', entity, null);
  }

  report() {
    const { create, update, delete: deletes } = this.#counts;
    return {
      rewrites: this.#rewrites,
      duplicates: this.#duplicates,
      creates: create,
      updates: update,
      deletes,
      writes: this.#writes.slice(-200),
    };
  }

  #write(kind: Write['kind'], { type, id }: Entity, flaw: Write['flaw']): void {
    this.#counts[kind] += 1;
    this.#writes.push({ seq: ++this.#seq, at: this.#now(), kind, type, id, flaw });
    if (this.#writes.length > writesKept) this.#writes.splice(0, writesKept / 2);
  }
}

/** The entities of one type in the simulated target: every write of the engine is seen at the moment of its effect. */
import type { TargetEntity } from '../../connectors/connector.ts';

/** Hears what the engine does; what happens behind its back goes past. */
export interface WriteWatcher {
  wrote(id: string, before: TargetEntity | undefined, now: TargetEntity): void;
  deleted(id: string, entity: TargetEntity): void;
}

export class WatchedEntities extends Map<string, TargetEntity> {
  #watcher: WriteWatcher | null = null;
  readonly #idsByKey = new Map<string, Set<string>>();

  watch(watcher: WriteWatcher): void {
    this.#watcher = watcher;
  }

  override set(id: string, entity: TargetEntity): this {
    this.#watcher?.wrote(id, this.get(id), entity);
    return this.put(id, entity);
  }

  override delete(id: string): boolean {
    const entity = this.get(id);
    if (entity === undefined) return false;
    this.#watcher?.deleted(id, entity);
    return this.lose(id);
  }

  /** Writes behind the engine's back. */
  put(id: string, entity: TargetEntity): this {
    const ids = this.#idsByKey.get(entity.key) ?? new Set();
    this.#idsByKey.set(entity.key, ids.add(id));
    return super.set(id, entity);
  }

  /** Deletes behind the engine's back. */
  lose(id: string): boolean {
    const key = this.get(id)?.key;
    const ids = key === undefined ? undefined : this.#idsByKey.get(key);
    if (ids?.delete(id) && ids.size === 0) this.#idsByKey.delete(key as string); // it has ids, so it was a key
    return super.delete(id);
  }

  /** The ids under which a key is there: more than one is a duplicate. */
  idsOf(key: string): ReadonlySet<string> {
    return this.#idsByKey.get(key) ?? new Set();
  }

  /** Keys that are there more than once. */
  duplicates(): readonly string[] {
    return [...this.#idsByKey].flatMap(([key, ids]) => (ids.size > 1 ? [key] : []));
  }
}

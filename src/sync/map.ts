/** Turns mapped entities into target entities: relations become target ids, and content gets its hash. */
import type { TargetEntity } from '../connectors/connector.ts';
import { contentHash, type JsonObject } from '../core/json.ts';
import { type EntityRef, refName } from './index/entity-index.ts';
import type { MappedEntity } from './mapping.ts';

/** A mapped entity whose relations all exist in the target, but for optional ones, which are left out then. */
export interface ResolvedEntity {
  readonly entity: TargetEntity;
  readonly hash: string;
}

/**
 * Resolves the relations of an entity by `idOf`; answers the first required one that has no target id.
 */
export function resolve(
  mapped: MappedEntity,
  idOf: (ref: EntityRef) => string | undefined,
): ResolvedEntity | { readonly unresolved: EntityRef } {
  const refs: Record<string, readonly string[]> = {};
  for (const [name, wanted] of Object.entries(mapped.refs)) {
    const ids = new Set<string>();
    for (const ref of wanted) {
      const id = idOf(ref);
      if (id !== undefined) ids.add(id);
      else if (!ref.optional) return { unresolved: ref };
    }
    refs[name] = [...ids].sort();
  }
  const entity: TargetEntity = { type: mapped.type, key: mapped.key, fields: mapped.fields, refs };
  return { entity, hash: entityHash(entity) };
}

/**
 * The content hash of an entity, wanted or read back. A relation without members and a relation that is not named are
 * the same content, and the order of ids means nothing.
 */
export function entityHash({ type, key, fields, refs }: TargetEntity): string {
  const related: Record<string, readonly string[]> = {};
  for (const [name, ids] of Object.entries(refs)) if (ids.length > 0) related[name] = [...new Set(ids)].sort();
  return contentHash({ type, key, fields, refs: related } satisfies JsonObject);
}

/** Every entity that the given ones refer to, each once. */
export function refsOf(mapped: readonly MappedEntity[]): readonly EntityRef[] {
  const found = new Map<string, EntityRef>();
  for (const entity of mapped) {
    for (const refs of Object.values(entity.refs)) for (const ref of refs) found.set(refName(ref), ref);
  }
  return [...found.values()];
}

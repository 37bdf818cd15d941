/** Decides, entity by entity, what the target lacks. Pure. */
import type { TargetEntity } from '../connectors/connector.ts';
import { type EntityRef, type IndexEntry, refName } from './index/entity-index.ts';
import { resolve } from './map.ts';
import type { MappedEntity } from './mapping.ts';

/** What to do with one entity, given what the index says is in the target. */
export type Comparison =
  | { readonly action: 'create'; readonly entity: TargetEntity; readonly hash: string }
  | { readonly action: 'update'; readonly entity: TargetEntity; readonly hash: string; readonly entry: IndexEntry }
  | { readonly action: 'unchanged'; readonly hash: string; readonly entry: IndexEntry }
  | { readonly action: 'blocked'; readonly by: EntityRef };

/** Compares one mapped entity with its index entry; `ids` holds the target ids of what it may refer to. */
export function compare(
  mapped: MappedEntity,
  entry: IndexEntry | undefined,
  ids: ReadonlyMap<string, string>,
): Comparison {
  const resolved = resolve(mapped, (ref) => ids.get(refName(ref)));
  if ('unresolved' in resolved) return { action: 'blocked', by: resolved.unresolved };
  if (entry === undefined) return { action: 'create', ...resolved };
  if (entry.hash === resolved.hash) return { action: 'unchanged', hash: resolved.hash, entry };
  return { action: 'update', ...resolved, entry };
}

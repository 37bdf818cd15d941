/** Reads entities back in the mapping's vocabulary. */
import type { Json } from '../../core/json.ts';
import type { StoredEntity } from '../connector.ts';
import { readEntities } from './entity-read.ts';
import type { EntityType, RefRule } from './entity-rule.ts';
import { keyOf } from './marker.ts';
import { guidOf, type Properties } from './reply.ts';
import type { TargetContext } from './target-context.ts';

/** Every property that is needed to read an entity of the type back, the marker's included. */
export function propertiesOf(entityType: EntityType): readonly string[] {
  const own = entityType.fields.flatMap((rule) => rule.properties);
  return [...new Set(['Description', ...own, ...entityType.refs.map((rule) => rule.property)])];
}

/** The entities that still exist. One without our marker has an empty key. */
export async function storedEntities(
  { sdk, owner, clock }: TargetContext,
  entityType: EntityType,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly StoredEntity[]> {
  const rows = await readEntities(sdk, ids, propertiesOf(entityType), signal);
  return [...rows].map(([id, properties]) => toStored({ owner, entityType, id, properties, nowMs: clock.now() }));
}

/** One entity from its properties; `nowMs` is the moment at which they were read. */
export function toStored(row: {
  readonly owner: string;
  readonly entityType: EntityType;
  readonly id: string;
  readonly properties: Properties;
  readonly nowMs: number;
}): StoredEntity {
  const { owner, entityType, id, properties, nowMs } = row;
  return {
    id,
    type: entityType.type,
    key: keyOf(owner, entityType.type, properties.get('description')) ?? '',
    fields: Object.assign({}, ...entityType.fields.map((rule) => rule.read(properties, nowMs))),
    refs: Object.fromEntries(entityType.refs.map((rule) => [rule.name, refsOf(rule, properties)])),
  };
}

function refsOf(rule: RefRule, properties: Properties): readonly string[] {
  const value: Json | undefined = properties.get(rule.property.toLowerCase());
  const list = Array.isArray(value) ? value : [value];
  const ids = list
    .map(guidOf)
    .filter((id): id is string => id !== null && !/^[0-]*$/.test(id) && !rule.ignored.includes(id));
  return [...new Set(ids)].sort();
}

/** How source records become target entities: data and pure functions, one {@link MappingStep} per source kind. */
import type { SourceRecord } from '../connectors/connector.ts';
import type { JsonObject } from '../core/json.ts';

/** An entity as mapped, before its relations are resolved to target ids. */
export interface MappedEntity {
  readonly type: string;
  readonly key: string;
  readonly fields: JsonObject;
  /** Relations by name to entities of this mapping. */
  readonly refs: { readonly [name: string]: readonly MappedRef[] };
}

/** A relation to another entity of the mapping. */
export interface MappedRef {
  readonly type: string;
  readonly key: string;
  /** Left out when there is no such entity in the target; without it the entity itself is rejected then. */
  readonly optional?: boolean;
}

/** What becomes of one source kind. */
export interface MappingStep {
  readonly kind: string;
  /** The target types this step yields, in dependency order (a cardholder before its credential). */
  readonly types: readonly string[];
  /** The entities of one record; none when the vendor's rules make it ineligible. Pure. */
  map(record: SourceRecord): readonly MappedEntity[];
}

/** Steps in dependency order: what others refer to comes first. */
export interface Mapping {
  readonly id: string;
  readonly steps: readonly MappingStep[];
}

/** The target types of a mapping in dependency order, each once. */
export function typesOf(mapping: Mapping): readonly string[] {
  return [...new Set(mapping.steps.flatMap((step) => step.types))];
}

/** The steps that can yield a type. */
export function stepsOf(mapping: Mapping, type: string): readonly MappingStep[] {
  return mapping.steps.filter((step) => step.types.includes(type));
}

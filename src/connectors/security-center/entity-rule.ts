/** How an entity type of Security Center is written and read back, as data: the shape of one line of the table. */

import { CodedError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { TargetEntity } from '../connector.ts';
import { type Clause, text } from './query.ts';
import type { Properties } from './reply.ts';
import { targetText, textLengthMax } from './vocabulary.ts';

/** Fields of the mapping that are written by the same clauses and read from the same properties. */
export interface FieldRule {
  /** Names in the mapping's vocabulary. */
  readonly fields: readonly string[];
  /** Properties of the Web SDK to read them from. */
  readonly properties: readonly string[];
  /** The clauses that write them. Throws `SW_REFUSED` for what Security Center cannot hold. */
  write(entity: TargetEntity): readonly Clause[];
  /** The fields as Security Center has them, normalised like the mapping's. `nowMs` judges dates. */
  read(properties: Properties, nowMs: number): JsonObject;
}

/** A relation: a collection with members that join and leave, or one reference that is set. */
export interface RefRule {
  readonly name: string;
  readonly property: string;
  readonly kind: 'collection' | 'single';
  /** Members that Security Center adds by itself; they are neither read nor removed. */
  readonly ignored: readonly string[];
}

export interface EntityType {
  /** The type in the mapping's vocabulary. */
  readonly type: string;
  /** The entity type of the Web SDK. */
  readonly entityType: string;
  readonly fields: readonly FieldRule[];
  readonly refs: readonly RefRule[];
}

/** A text field of one property. Null is written as the empty text, and read back from it. */
export function textRule(field: string, property: string): FieldRule {
  const name = property.toLowerCase();
  return {
    fields: [field],
    properties: [property],
    write: (entity) => [{ op: 'set', property, value: text(textOf(entity, field)) }],
    read: (properties) => ({ [field]: targetText(properties.get(name)) }),
  };
}

/** The Directory's columns end at the limit; a longer text is refused here, because nobody knows what becomes of it there. */
function textOf(entity: TargetEntity, field: string): string {
  const value = entity.fields[field] ?? '';
  const own = typeof value === 'string' ? value : JSON.stringify(value);
  if (own.length <= textLengthMax) return own;
  throw new CodedError('SW_REFUSED', {
    doing: `writing ${field} of the ${entity.type} ${entity.key}`,
    expected: `at most ${textLengthMax} characters`,
    found: `${own.length} characters`,
    todo: 'Shorten the text in the mapping (targetText)',
  });
}

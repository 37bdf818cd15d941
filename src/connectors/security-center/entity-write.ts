/** Creates, changes and deletes one entity. */

import { CodedError } from '../../core/errors.ts';
import { canonicalJson, type JsonObject } from '../../core/json.ts';
import type { StoredEntity, TargetEntity } from '../connector.ts';
import { readEntities } from './entity-read.ts';
import type { EntityType, RefRule } from './entity-rule.ts';
import { replyFailure, saysGone } from './failure.ts';
import { markerOf } from './marker.ts';
import { buildQuery, type Clause, idValue, plainId, text } from './query.ts';
import { guidOf, rowsOf } from './reply.ts';
import { propertiesOf, toStored } from './stored-entities.ts';
import type { TargetContext } from './target-context.ts';

export interface EntityWriter {
  create(entityType: EntityType, entity: TargetEntity, signal: AbortSignal): Promise<string>;
  update(entityType: EntityType, id: string, entity: TargetEntity, signal: AbortSignal): Promise<void>;
  remove(entityType: EntityType, id: string, signal: AbortSignal): Promise<void>;
}

/** The writer of one target. Every call sends each of its requests at most once. */
export function createEntityWriter({ sdk, owner, clock }: TargetContext): EntityWriter {
  const post = async (clauses: readonly Clause[], doing: string, signal: AbortSignal) => {
    const reply = await sdk.call({
      verb: 'POST',
      path: '/entity',
      query: buildQuery(clauses),
      doing,
      write: true,
      signal,
    });
    if (reply.status !== 'ok') throw replyFailure(reply, doing, true);
    return reply;
  };

  return {
    async create(entityType, entity, signal) {
      const doing = `creating the ${entity.type} ${entity.key}`;
      const { result } = await post(createClauses(owner, entityType, entity), doing, signal);
      const id = guidOf(rowsOf(result)[0]?.get('guid'));
      if (id !== null) return id;
      throw new CodedError('SW_REPLY_UNEXPECTED', {
        doing,
        expected: 'the GUID of the new entity',
        found: JSON.stringify(result).slice(0, 120),
        todo: 'Look for the marker before creating again: the entity may exist',
      });
    },

    async update(entityType, id, entity, signal) {
      const doing = `updating the ${entity.type} ${entity.key}`;
      const rows = await readEntities(sdk, [id], propertiesOf(entityType), signal);
      const properties = rows.get(id);
      if (properties === undefined) throw goneError(doing, id);
      const now = toStored({ owner, entityType, id, properties, nowMs: clock.now() });
      const changes = updateClauses(owner, entityType, entity, now);
      if (changes.length > 0) await post([{ op: 'entity', id }, ...changes], doing, signal);
    },

    async remove(entityType, id, signal) {
      const doing = `deleting the ${entityType.type} ${id}`;
      const reply = await sdk.call({ verb: 'DELETE', path: `/entity/${plainId(id)}`, doing, write: true, signal });
      if (reply.status !== 'ok' && !saysGone(reply)) throw replyFailure(reply, doing, true);
    },
  };
}

/** Marker, content and relations in one request; the trailing `Guid` makes the new id come back. */
export function createClauses(owner: string, entityType: EntityType, entity: TargetEntity): readonly Clause[] {
  return [
    { op: 'new', entityType: entityType.entityType },
    { op: 'set', property: 'Description', value: text(markerOf(owner, entity.type, entity.key)) },
    ...entityType.fields.flatMap((rule) => rule.write(entity)),
    ...entityType.refs.flatMap((rule) => refClauses(rule, [], entity.refs[rule.name] ?? [])),
    { op: 'get', property: 'Guid' },
  ];
}

/** Only what differs: a member that joins twice is refused, and what is equal need not be written. */
export function updateClauses(
  owner: string,
  entityType: EntityType,
  wanted: TargetEntity,
  now: StoredEntity,
): readonly Clause[] {
  const marker: Clause = { op: 'set', property: 'Description', value: text(markerOf(owner, wanted.type, wanted.key)) };
  return [
    ...(now.key === wanted.key ? [] : [marker]),
    ...entityType.fields.flatMap((rule) =>
      sameFields(rule.fields, wanted.fields, now.fields) ? [] : rule.write(wanted),
    ),
    ...entityType.refs.flatMap((rule) => refClauses(rule, now.refs[rule.name] ?? [], wanted.refs[rule.name] ?? [])),
  ];
}

function sameFields(names: readonly string[], left: JsonObject, right: JsonObject): boolean {
  return names.every((name) => canonicalJson(left[name] ?? null) === canonicalJson(right[name] ?? null));
}

function refClauses(rule: RefRule, now: readonly string[], wanted: readonly string[]): readonly Clause[] {
  const { property } = rule;
  const joining = wanted.filter((id) => !now.includes(id));
  const leaving = now.filter((id) => !wanted.includes(id));
  if (rule.kind === 'single') {
    if (joining.length === 0 && leaving.length === 0) return [];
    return [{ op: 'set', property, value: idValue(wanted[0] ?? nobody) }];
  }
  return [
    ...leaving.map((id) => ({ op: 'remove', property, value: idValue(id) }) as const),
    ...joining.map((id) => ({ op: 'add', property, value: idValue(id) }) as const),
  ];
}

/** The empty GUID, which means "no entity" where one reference is set. */
const nobody = '00000000-0000-0000-0000-000000000000';

function goneError(doing: string, id: string): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing,
    expected: `the entity ${id} in Security Center`,
    found: 'that it does not exist',
    todo: 'Look for its marker and create it again where there is none',
  });
}

/**
 * Whether an unchanged source record may be passed over without looking at what it yields.
 *
 * A record's fingerprint says what it looked like when everything it yields was last found, or made, as it should be. It
 * holds as long as three things do: the record, the mapping, and what its entities refer to. The last is counted: each
 * type has an *epoch*, which grows when one of its entities came to another id or went, or, where others refer to it
 * optionally, was created. The epochs a kind depends on are part of its fingerprints, so that one new visitor group makes
 * every cardholder compared once, and nothing else.
 */
import { hash } from 'node:crypto';
import type { SourceRecord } from '../connectors/connector.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { EntityRef } from './index/entity-index.ts';
import type { MappedEntity, Mapping } from './mapping.ts';

type Known = Pick<Checkpoint, 'relations' | 'epochs'>;

/** What the fingerprints of a kind begin with. */
export function printSeed(mapping: Mapping, kind: string, { relations, epochs }: Known): string {
  const types = Object.keys(relations[kind] ?? {}).sort();
  return `${mapping.id}\u0000${types.map((type) => `${type}=${epochs[type] ?? 0}`).join(',')}\u0000`;
}

/**
 * 128 bits as sixteen characters, over the source's own version of the record where it has one. Depends on the order of
 * members: a record that is only ordered anew is compared.
 */
export function fingerprint(seed: string, { value, version }: Pick<SourceRecord, 'value' | 'version'>): string {
  return hash('sha256', seed + (version ?? JSON.stringify(value)), 'binary').slice(0, 16);
}

/** What has become of an entity that others may refer to. */
export interface Changed extends EntityRef {
  readonly how: 'created' | 'moved' | 'gone';
}

/** The epochs after some entities have changed; the same object when nobody refers to them. */
export function epochsAfter(changed: readonly Changed[], { relations, epochs }: Known): Known['epochs'] {
  const types = new Set(changed.filter((one) => concerns(one, relations) !== null).map(({ type }) => type));
  if (types.size === 0) return epochs;
  return { ...epochs, ...Object.fromEntries([...types].map((type) => [type, (epochs[type] ?? 0) + 1])) };
}

/** The kinds whose entities may now refer to something else than they should. */
export function kindsAffected(changed: readonly Changed[], relations: Known['relations']): readonly string[] {
  return [...new Set(changed.flatMap((one) => concerns(one, relations) ?? []))];
}

/** The kinds that refer to the type in a way in which the change matters; null for none. */
function concerns({ type, how }: Changed, relations: Known['relations']): readonly string[] | null {
  const kinds = Object.entries(relations).flatMap(([kind, types]) => {
    const relation = types[type];
    return relation === undefined || (how === 'created' && relation === 'required') ? [] : [kind];
  });
  return kinds.length === 0 ? null : kinds;
}

/** The relations of a kind, with what the entities of one more record refer to; relations within the record do not count. */
export function relationsWith(
  relations: Known['relations'],
  kind: string,
  entities: readonly MappedEntity[],
): Known['relations'] {
  let known = relations;
  for (const ref of entities.flatMap((entity) => Object.values(entity.refs).flat())) {
    const wanted = ref.optional === true ? 'optional' : 'required';
    const now = known[kind]?.[ref.type];
    if (now === 'optional' || now === wanted) continue;
    if (entities.some(({ type, key }) => type === ref.type && key === ref.key)) continue;
    known = { ...known, [kind]: { ...known[kind], [ref.type]: wanted } };
  }
  return known;
}

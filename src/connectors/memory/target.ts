/** A target whose entities lie in memory: for embedding and for tests, with the habits of a real one. */
import { CodedError } from '../../core/errors.ts';
import { type Json, toJson } from '../../core/json.ts';
import type { Target, TargetEntity } from '../connector.ts';
import { type Interceptor, intercepted, type Operation } from './interceptor.ts';
import { pageOf } from './page.ts';

export interface MemoryTargetOptions {
  /** Entities by type and id; every type must be there. The maps may be changed at any time. */
  readonly entities: { readonly [type: string]: Map<string, TargetEntity> };
  /** Chooses the id of what is created, as the target does and not the caller. Must never repeat itself. */
  readonly newId: () => string;
  /** Entities per page of {@link Target.list}. Default 100. */
  readonly pageSize?: number;
  /** Default 50. */
  readonly readBatch?: number;
  /** Default 8. */
  readonly maxConcurrency?: number;
  /** Longest text in a field, in UTF-16 code units; longer ones are refused. Default 1,000. */
  readonly textLengthMax?: number;
  /** What the probe reports. Default product `memory` without a version. */
  readonly system?: { readonly product: string; readonly version: string | null };
  readonly interceptor?: Interceptor;
}

/**
 * A {@link Target} over maps. As with a real one, the marker is no unique key: two creates of one key give two entities,
 * and {@link Target.find} shows both. What is stored and what is read are copies.
 */
export function createMemoryTarget(options: MemoryTargetOptions): Target {
  const { entities, newId, pageSize = 100, readBatch = 50, maxConcurrency = 8, textLengthMax = 1_000 } = options;
  const { system = { product: 'memory', version: null } } = options;
  const run = <T>(
    call: Operation['call'],
    of: string | null,
    subject: string | null,
    signal: AbortSignal,
    effect: () => T,
  ) => intercepted(options.interceptor, { call, of, subject }, signal, effect);

  const mapOf = (type: string): Map<string, TargetEntity> => {
    const map = Object.hasOwn(entities, type) ? entities[type] : undefined;
    if (map === undefined)
      throw refused(`choosing the type ${type}`, `one of ${Object.keys(entities).join(', ')}`, type);
    return map;
  };
  const store = (id: string, entity: TargetEntity) => {
    const doing = `writing ${entity.type} ${entity.key}`;
    const length = longestText(entity.fields);
    if (length > textLengthMax)
      throw refused(doing, `texts of at most ${textLengthMax} characters`, `one of ${length}`);
    mapOf(entity.type).set(id, copyOf(entity));
  };

  return {
    capabilities: { readBatch, maxConcurrency, textLengthMax },
    types: Object.keys(entities),
    probe: (signal) => run('probe', null, null, signal, () => ({ ...system, latencyMs: 0 })),
    list: (type, cursor, signal) =>
      run('list', type, null, signal, () => {
        const map = mapOf(type);
        const { keys: ids, next } = pageOf(map.keys(), cursor, pageSize);
        return { entities: ids.flatMap((id) => present(map, id).map(({ key }) => ({ id, key }))), next };
      }),
    read: (type, ids, signal) =>
      run('read', type, null, signal, () =>
        ids.flatMap((id) => present(mapOf(type), id).map((entity) => ({ ...copyOf(entity), id }))),
      ),
    find: (type, key, signal) =>
      run('find', type, key, signal, () =>
        [...mapOf(type)].filter(([, entity]) => entity.key === key).map(([id]) => id),
      ),
    create: (entity, signal) =>
      run('create', entity.type, entity.key, signal, () => {
        const id = newId();
        store(id, entity);
        return id;
      }),
    update: (id, entity, signal) =>
      run('update', entity.type, id, signal, () => {
        if (!mapOf(entity.type).has(id)) throw gone(entity.type, id);
        store(id, entity);
      }),
    remove: (type, id, signal) => run('remove', type, id, signal, () => void mapOf(type).delete(id)),
    close: async () => {},
  };
}

/** The entity as a list of one, or of none. */
function present(map: ReadonlyMap<string, TargetEntity>, id: string): readonly TargetEntity[] {
  const entity = map.get(id);
  return entity === undefined ? [] : [entity];
}

function copyOf({ type, key, fields, refs }: TargetEntity): TargetEntity {
  const copy = toJson({ fields, refs }) as unknown as Pick<TargetEntity, 'fields' | 'refs'>; // JSON before, so equal after
  return { type, key, ...copy };
}

function longestText(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((longest: number, member: Json) => Math.max(longest, longestText(member)), 0);
}

function refused(doing: string, expected: string, found: string): CodedError {
  return new CodedError('SW_REFUSED', { doing, expected, found, todo: 'Correct the record or the mapping' });
}

function gone(type: string, id: string): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: `updating ${type} ${id}`,
    expected: 'an entity of that id',
    found: 'none',
    todo: 'Look for its marker and create it again where there is none',
  });
}

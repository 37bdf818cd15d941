/** Two small systems in memory and a mapping between them, with a tap through which every request passes. */
import type {
  Cursor,
  Source,
  SourceRecord,
  StoredEntity,
  Target,
  TargetEntity,
} from '../../src/connectors/connector.ts';
import type { Clock } from '../../src/core/clock.ts';
import { CodedError, type ErrorCode } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { entityHash } from '../../src/sync/map.ts';
import type { Mapping } from '../../src/sync/mapping.ts';

export interface Operation {
  readonly name: string;
  readonly subject: string;
  readonly at: 'before' | 'after';
}

/** May throw in place of the request (`before`) or in place of its answer (`after`). */
export type Tap = (operation: Operation) => void | Promise<void>;

export interface World {
  readonly source: Source;
  readonly target: Target;
  readonly clock: Clock;
  /** Source records by kind, in listing order. */
  readonly records: Map<string, SourceRecord[]>;
  /** The target's entities by id. */
  readonly stored: Map<string, StoredEntity>;
  /** Ids whose content was written although it was already there. */
  readonly equalRewrites: string[];
  /** Entities that were created although the target already held one with their marker. */
  readonly createdTwice: string[];
  readonly requests: string[];
  tap: Tap;
  /** Lets time pass, milliseconds. */
  skip(ms: number): void;
  put(kind: string, key: string, value: JsonObject): void;
  drop(kind: string, key: string): void;
  plant(entity: TargetEntity): string;
  entities(type: string): StoredEntity[];
}

/** Groups, people who are in groups, and one card for each person who has one; disabled people are not eligible. */
export const testMapping: Mapping = {
  id: 'test@1',
  steps: [
    {
      kind: 'group',
      types: ['group'],
      map: ({ key, value }) => [{ type: 'group', key, fields: { name: value['name'] ?? null }, refs: {} }],
    },
    {
      kind: 'person',
      types: ['person', 'card'],
      map({ key, value }) {
        if (value['disabled'] === true) return [];
        const groups = (value['groups'] as readonly string[] | undefined) ?? [];
        const person = {
          type: 'person',
          key,
          fields: { name: value['name'] ?? null },
          refs: { groups: groups.map((group) => ({ type: 'group', key: group })) },
        };
        if (typeof value['card'] !== 'string') return [person];
        return [
          person,
          { type: 'card', key: value['card'], fields: { on: true }, refs: { owner: [{ type: 'person', key }] } },
        ];
      },
    },
  ],
};

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: number | null;
}

export function coded(code: ErrorCode, found = 'a test fault'): CodedError {
  return new CodedError(code, { doing: 'testing', expected: 'an answer', found, todo: 'Nothing' });
}

/** @param options.cascade whether the target takes an entity that it removes out of every relation */
export function createWorld({ pageSize = 4, cascade = false } = {}): World {
  let ids = 0;
  let now = 1_000_000;
  const records = new Map<string, SourceRecord[]>();
  const stored = new Map<string, StoredEntity>();
  const equalRewrites: string[] = [];
  const createdTwice: string[] = [];
  const changedByTarget = new Set<string>();
  const requests: string[] = [];
  const rows = (kind: string) => records.get(kind) ?? [];

  async function request<Answer>(name: string, subject: string, effect: () => Answer): Promise<Answer> {
    await Promise.resolve();
    requests.push(`${name} ${subject}`);
    await world.tap({ name, subject, at: 'before' });
    const answer = effect();
    await world.tap({ name, subject, at: 'after' });
    return answer;
  }

  function checkRefs(entity: TargetEntity): void {
    for (const id of Object.values(entity.refs).flat()) {
      if (!stored.has(id)) throw coded('SW_REFUSED', `the relation ${id}, which does not exist`);
    }
  }

  function page<Row>(all: readonly Row[], cursor: Cursor | null): Page<Row> {
    const start = typeof cursor === 'number' ? cursor : 0;
    const end = start + pageSize;
    return { rows: all.slice(start, end), next: end < all.length ? end : null };
  }

  const source: Source = {
    capabilities: { listing: 'window', totals: 'unreliable', detailRequired: false, maxConcurrency: 4 },
    kinds: ['group', 'person'],
    probe: () => request('probe', 'source', () => ({ product: 'Test source', version: '1.0', latencyMs: 1 })),
    walk: (kind, cursor) =>
      request('walk', `${kind} ${String(cursor)}`, () => {
        const { rows: found, next } = page(rows(kind), cursor);
        return { records: structuredClone(found), next, total: rows(kind).length };
      }),
    async *keys(kind) {
      let cursor: Cursor | null = null;
      do {
        const from: Cursor | null = cursor;
        const part: Page<SourceRecord> = await request('keys', kind, () => page(rows(kind), from));
        yield part.rows.map(({ key }) => key);
        cursor = part.next;
      } while (cursor !== null);
    },
    get: (kind, key) => request('get', `${kind} ${key}`, () => rows(kind).find((row) => row.key === key) ?? null),
    close: async () => {},
  };

  const target: Target = {
    capabilities: { readBatch: 3, maxConcurrency: 3, textLengthMax: 100 },
    types: ['group', 'person', 'card'],
    probe: () => request('probe', 'target', () => ({ product: 'Test target', version: '2.0', latencyMs: 1 })),
    list: (type, cursor) =>
      request('list', type, () => {
        const { rows: found, next } = page(world.entities(type), cursor);
        return { entities: found.map(({ id, key }) => ({ id, key })), next };
      }),
    read: (type, wanted) => request('read', type, () => wanted.flatMap((id) => structuredClone(stored.get(id)) ?? [])),
    find: (type, key) =>
      request('find', `${type} ${key}`, () =>
        world
          .entities(type)
          .filter((entity) => entity.key === key)
          .map(({ id }) => id),
      ),
    create: (entity) =>
      request('create', `${entity.type} ${entity.key}`, () => {
        checkRefs(entity);
        if (world.entities(entity.type).some(({ key }) => key === entity.key)) createdTwice.push(entity.key);
        return world.plant(entity);
      }),
    update: (id, entity) =>
      request('update', `${entity.type} ${entity.key}`, () => {
        checkRefs(entity);
        const before = stored.get(id);
        if (!before) throw coded('SW_NOT_FOUND');
        // What the target has changed by itself nobody could know.
        const isKnown = !changedByTarget.delete(id);
        if (isKnown && entityHash(before) === entityHash(entity)) equalRewrites.push(id);
        stored.set(id, { ...structuredClone(entity), id });
      }),
    remove: (type, id) =>
      request('remove', `${type} ${stored.get(id)?.key ?? id}`, () => {
        stored.delete(id);
        if (!cascade) return;
        for (const [other, entity] of stored) {
          if (!Object.values(entity.refs).flat().includes(id)) continue;
          stored.set(other, withoutRelation(entity, id));
          changedByTarget.add(other);
        }
      }),
    close: async () => {},
  };

  const world: World = {
    source,
    target,
    records,
    stored,
    equalRewrites,
    createdTwice,
    requests,
    tap: () => {},
    skip(ms) {
      now += ms;
    },
    clock: {
      now: () => {
        now += 1;
        return now;
      },
      monotonic: () => now,
      schedule: () => () => {},
    },
    put(kind, key, value) {
      const all = rows(kind);
      const record = { kind, key, value };
      const at = all.findIndex((row) => row.key === key);
      records.set(kind, at < 0 ? [...all, record] : all.with(at, record));
    },
    drop(kind, key) {
      records.set(
        kind,
        rows(kind).filter((row) => row.key !== key),
      );
    },
    plant(entity) {
      ids += 1;
      const id = `id-${ids}`;
      stored.set(id, { ...structuredClone(entity), id });
      return id;
    },
    entities: (type) => [...stored.values()].filter((entity) => entity.type === type),
  };
  return world;
}

function withoutRelation(entity: StoredEntity, id: string): StoredEntity {
  const kept = Object.entries(entity.refs).map(([name, ids]) => [name, ids.filter((one) => one !== id)]);
  return { ...entity, refs: Object.fromEntries(kept) };
}

/** What the target should hold, worked out from the source alone: content by name, relations as names. */
export function expectedContent(world: World, mapping = testMapping): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  const yielded = mapping.steps.flatMap((step) => (world.records.get(step.kind) ?? []).flatMap((one) => step.map(one)));
  const names = new Set(yielded.map(({ type, key }) => `${type} ${key}`));
  for (const entity of yielded) {
    const refs = Object.values(entity.refs)
      .flat()
      .filter((ref) => ref.optional !== true || names.has(`${ref.type} ${ref.key}`));
    const related = [...new Set(refs.map((ref) => `${ref.type} ${ref.key}`))].sort();
    content[`${entity.type} ${entity.key}`] = { fields: entity.fields, related };
  }
  return content;
}

/** What the target really holds, in the same form; a duplicate shows as a list. */
export function actualContent(world: World): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  for (const entity of world.stored.values()) {
    const nameOf = (id: string) => `${world.stored.get(id)?.type ?? 'nothing'} ${world.stored.get(id)?.key ?? id}`;
    const related = Object.values(entity.refs).flat().map(nameOf).sort();
    const name = `${entity.type} ${entity.key}`;
    const value = { fields: entity.fields, related };
    content[name] = name in content ? [content[name], value] : value;
  }
  return content;
}

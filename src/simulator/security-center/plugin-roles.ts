/**
 * Plugin roles and the entities they own. A real plugin writes over the platform's own SDK, past the Web SDK, which only
 * shows what came of it; the back door stands in for that SDK.
 */
import { CodedError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { type Entity, leaseEnd, textOf } from './entity.ts';
import { entityTypeNames, entityTypeOf } from './entity-types.ts';
import { type OwnedEntity, writeContent } from './owned-entity.ts';
import type { PluginRoleDescription, PluginRoleState } from './plugin-role-order.ts';
import { Refusal } from './refusal.ts';
import { unlink } from './relations.ts';
import type { World } from './world.ts';
import { beforeOf } from './write-book.ts';

const pluginRoleType = 7;

export interface OwnedWrites {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** What the platform would not take. */
  readonly refused: readonly { readonly key: string; readonly message: string }[];
}

export class PluginRoles {
  readonly #world: World;
  /** Ids by role and type, and by the role's own key: how a plugin finds its entities again. */
  readonly #owned = new Map<string, Map<string, string>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes the role and its server; those of that name are found again. */
  register({ name, subType, server, customFields }: PluginRoleDescription): { role: string; server: string } {
    const { table } = this.#world;
    const host = this.#named('Server', server.name) ?? this.#add('Server', { Name: server.name, IsMainServer: false });
    table.set(host, 'Version', server.version);
    table.set(host, 'IsOnline', true);
    const role = this.#named('Role', name) ?? this.#add('Role', { Name: name, Type: pluginRoleType, SubType: subType });
    for (const [property, value] of Object.entries({ CurrentServer: host.id, RoleServers: [host.id] }))
      table.set(role, property, value);
    const fields = this.#world.customFields.get('Cardholder') ?? new Map();
    for (const field of customFields) fields.set(field, { name: field, dataType: 'Text', fallback: '' });
    this.#world.customFields.set('Cardholder', fields);
    return { role: role.id, server: host.id };
  }

  /** What the Directory says of the role and its server from now on. It stands in no book. */
  change(roleId: string, { runningState, isOnline, serverIsOnline, serverVersion, leaseMs }: PluginRoleState): void {
    const { table, clock } = this.#world;
    const role = this.#role(roleId);
    const server = table.find(textOf(role, 'CurrentServer')) ?? role;
    const set = (entity: Entity, property: string, value: Json | undefined) => {
      if (value !== undefined) table.set(entity, property, value);
    };
    set(role, 'RunningState', runningState);
    set(role, 'IsOnline', isOnline);
    set(server, 'Version', serverVersion);
    if (serverIsOnline !== undefined) {
      set(server, 'IsOnline', serverIsOnline);
      set(server, 'RunningState', serverIsOnline ? 'Running' : 'NotRunning');
    }
    for (const entity of [role, server]) {
      if (leaseMs === undefined) entity.properties.delete(leaseEnd);
      else entity.properties.set(leaseEnd, clock.now() + leaseMs);
    }
  }

  /** Creates what is not there yet and updates what differs; what is equal is left alone. */
  write(roleId: string, typeName: string, entities: readonly OwnedEntity[]): OwnedWrites {
    const role = this.#role(roleId);
    const type = typeOf(typeName);
    const done = { created: 0, updated: 0, unchanged: 0 };
    const refused: { key: string; message: string }[] = [];
    for (const entity of entities) {
      try {
        done[this.#writeOne(role, type, entity)] += 1;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused.push({ key: entity.key, message: error.message });
      }
    }
    return { ...done, refused };
  }

  /** Deletes what is still there of these keys; answers how many. */
  remove(roleId: string, typeName: string, keys: readonly string[]): number {
    const { table, book } = this.#world;
    const named = new Set(keys);
    const gone = this.#living(this.#role(roleId), typeOf(typeName)).filter(([key]) => named.has(key));
    for (const [key, entity] of gone) {
      unlink(table, entity);
      table.remove(entity);
      book.deleted(entity);
      this.#keysOf(roleId, entity.type).delete(key);
    }
    return gone.length;
  }

  /** Lets the oldest of a type vanish behind the role's back; they stand in no book. Answers their keys. */
  lose(roleId: string, typeName: string, count: number): readonly string[] {
    const { table } = this.#world;
    const lost = this.#living(this.#role(roleId), typeOf(typeName)).slice(0, count);
    for (const [, entity] of lost) {
      unlink(table, entity);
      table.remove(entity);
    }
    return lost.map(([key]) => key);
  }

  keys(roleId: string, typeName: string): readonly string[] {
    return this.#living(this.#role(roleId), typeOf(typeName)).map(([key]) => key);
  }

  /** How many entities of each type the role owns; types without any are left out. */
  counts(roleId: string): { readonly [type: string]: number } {
    const role = this.#role(roleId);
    const counted = entityTypeNames.map((type) => [type, this.#living(role, type).length] as const);
    return Object.fromEntries(counted.filter(([, count]) => count > 0));
  }

  #writeOne(role: Entity, type: string, { key, ...content }: OwnedEntity): 'created' | 'updated' | 'unchanged' {
    const { table, book, clock } = this.#world;
    const keys = this.#keysOf(role.id, type);
    const known = table.find(keys.get(key) ?? '');
    const entity = known ?? table.draft(type, clock.now());
    const before = beforeOf(entity);
    if (!known) {
      const ownership = { OwnerRole: role.id, OwnerRoleType: pluginRoleType, Synchronized: true };
      for (const [property, value] of Object.entries(ownership)) table.set(entity, property, value);
    }
    // What is refused throws here, before a new entity is in the table.
    writeContent(this.#world, entity, content, (ownType, ownKey) => this.#keysOf(role.id, ownType).get(ownKey));
    if (!known) {
      table.add(entity);
      keys.set(key, entity.id);
      book.created(table, entity);
      return 'created';
    }
    if (beforeOf(entity).content === before.content) return 'unchanged';
    book.updated(table, entity, before);
    return 'updated';
  }

  #keysOf(role: string, type: string): Map<string, string> {
    const keys = this.#owned.get(`${role} ${type}`) ?? new Map<string, string>();
    this.#owned.set(`${role} ${type}`, keys);
    return keys;
  }

  #living(role: Entity, type: string): readonly (readonly [key: string, entity: Entity])[] {
    return [...this.#keysOf(role.id, type)].flatMap(([key, id]) => {
      const entity = this.#world.table.find(id);
      return entity ? [[key, entity] as const] : [];
    });
  }

  #named(type: string, name: string): Entity | undefined {
    return [...this.#world.table.ofType(type)].find((entity) => textOf(entity, 'name') === name);
  }

  #add(type: string, properties: { readonly [name: string]: Json }): Entity {
    const { table, clock } = this.#world;
    const entity = table.draft(type, clock.now());
    for (const [name, value] of Object.entries(properties)) table.set(entity, name, value);
    table.add(entity);
    return entity;
  }

  #role(id: string): Entity {
    const role = this.#world.table.find(id);
    if (role?.type === 'Role') return role;
    throw unknown('SW_NOT_FOUND', 'finding a plugin role', 'the id of a role', id);
  }
}

function typeOf(name: string): string {
  const type = entityTypeOf(name);
  if (type) return type.name;
  throw unknown('SW_USAGE', 'choosing the type of owned entities', `one of ${entityTypeNames.join(', ')}`, name);
}

function unknown(code: 'SW_NOT_FOUND' | 'SW_USAGE', doing: string, expected: string, found: string): CodedError {
  return new CodedError(code, { doing, expected, found, todo: 'Register the role first, and spell the type as shown' });
}

/** Finds the plugin role in Security Center, and reads what it shows: its state, its server, the server's version. */
import { readEntities } from '../connectors/security-center/entity-read.ts';
import { replyFailure } from '../connectors/security-center/failure.ts';
import { buildQuery, text, word } from '../connectors/security-center/query.ts';
import { enumOf, guidOf, type Properties, rowsOf } from '../connectors/security-center/reply.ts';
import type { WebSdk } from '../connectors/security-center/web-sdk.ts';
import { CodedError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { type RunningState, runningStates } from './role-colour.ts';

export interface ServerReading {
  readonly name: string;
  readonly version: string | null;
  readonly isOnline: boolean | null;
}

export interface RoleReading {
  readonly id: string;
  readonly name: string;
  readonly runningState: RunningState | null;
  readonly isOnline: boolean | null;
  /** Null where the user may not see it, or the version does not tell. */
  readonly server: ServerReading | null;
}

export interface RoleReader {
  /** @throws CodedError `SW_UNAUTHORISED` unless exactly one role of that name can be seen; what the Web SDK throws */
  read(signal: AbortSignal): Promise<RoleReading>;
}

/** Enough for every role whose name begins alike. */
const rolesMax = 200;

/** @param wanted GUID or exact name */
export function createRoleReader(sdk: WebSdk, wanted: string): RoleReader {
  let known: string | null = guidOf(wanted);
  return {
    async read(signal) {
      known ??= await findRole(sdk, wanted, signal);
      const properties = ['Name', 'RunningState', 'IsOnline'];
      const role = (await readEntities(sdk, [known], properties, signal)).get(known);
      if (role === undefined) {
        const gone = known;
        known = guidOf(wanted);
        throw notSeen(wanted, `nothing of the id ${gone}`);
      }
      return {
        id: known,
        name: String(role.get('name') ?? wanted),
        // A name of the enumeration is what `enumOf` answers.
        runningState: enumOf(role.get('runningstate'), runningStates) as RunningState | null,
        isOnline: flag(role.get('isonline')),
        server: await readServer(sdk, known, signal),
      };
    },
  };
}

/** A search matches the beginning of names: what it finds is compared once more. */
async function findRole(sdk: WebSdk, name: string, signal: AbortSignal): Promise<string> {
  const doing = `looking for the role ${name}`;
  const query = buildQuery([
    { op: 'add', property: 'EntityTypes', value: word('Role') },
    { op: 'set', property: 'Name', value: text(name) },
    { op: 'set', property: 'Page', value: { kind: 'number', number: 1 } },
    { op: 'set', property: 'PageSize', value: { kind: 'number', number: rolesMax } },
  ]);
  const reply = await sdk.call({ verb: 'GET', path: '/report/EntityConfiguration', query, doing, signal });
  if (reply.status !== 'ok') throw replyFailure(reply, doing, false);
  const ids = rowsOf(reply.result).flatMap((row) => guidOf(row.get('guid')) ?? []);
  const roles = await readEntities(sdk, ids, ['Name', 'Type'], signal);
  const found = [...roles].filter(([, role]) => role.get('name') === name && isPlugin(role.get('type')));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first[0];
  throw notSeen(name, found.length === 0 ? 'none' : `${found.length}: ${found.map(([id]) => id).join(', ')}`);
}

/** Plugin is number 7 of the role types. A type that cannot be read speaks against nothing. */
const isPlugin = (type: Json | undefined) => type == null || /^(plugin|7)$/i.test(String(type));

/**
 * As a refusal: a role that was there may be hidden by a privilege or a partition, and no restart brings it back.
 */
function notSeen(wanted: string, found: string): CodedError {
  return new CodedError('SW_UNAUTHORISED', {
    doing: 'looking for the plugin role',
    expected: `one role "${wanted}" that this user can see`,
    found,
    todo: 'Correct beside.role (its GUID, where a name is used twice), or let the user see the role and its partition',
  });
}

/** That these properties can be read over the Web SDK is likely and not proven: without them the role is watched all the same. */
async function readServer(sdk: WebSdk, role: string, signal: AbortSignal): Promise<ServerReading | null> {
  try {
    const current = (await readEntities(sdk, [role], ['CurrentServer'], signal)).get(role);
    const id = guidOf(current?.get('currentserver'));
    const server = id === null ? undefined : (await readEntities(sdk, [id], serverProperties, signal)).get(id);
    return server === undefined ? null : serverOf(server);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'SW_SERVER_FAILED') return null;
    throw error;
  }
}

const serverProperties = ['Name', 'Version', 'IsOnline'];

function serverOf(server: Properties): ServerReading {
  const version = server.get('version');
  return {
    name: String(server.get('name') ?? ''),
    version: typeof version === 'string' && version.trim() !== '' ? version.trim() : null,
    isOnline: flag(server.get('isonline')),
  };
}

function flag(value: Json | undefined): boolean | null {
  if (/^(true|1)$/i.test(String(value))) return true;
  return /^(false|0)$/i.test(String(value)) ? false : null;
}

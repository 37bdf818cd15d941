/** What hangs under the role in the tree, by type: the last way to tell what belongs to it. */
import { readEntities } from '../connectors/security-center/entity-read.ts';
import { guidOf } from '../connectors/security-center/reply.ts';
import type { WebSdk } from '../connectors/security-center/web-sdk.ts';
import { CodedError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Counts } from './vendor-counts.ts';

/** Numbers of the entity types that a role of this kind has. */
const typeNumbers: { readonly [number: string]: string } = {
  3: 'Alarm',
  5: 'Area',
  7: 'Cardholder',
  8: 'CardholderGroup',
  9: 'Credential',
  11: 'Door',
  12: 'Elevator',
  19: 'Unit',
  35: 'IntrusionArea',
  36: 'IntrusionUnit',
};

/** Null where it has no children, or they cannot be read: that tells nothing. */
export async function childrenByType(
  sdk: WebSdk,
  { role, types, signal }: { readonly role: string; readonly types: readonly string[]; readonly signal: AbortSignal },
): Promise<Counts | null> {
  try {
    const parent = (await readEntities(sdk, [role], ['HierarchicalChildren'], signal)).get(role);
    const ids = idsIn(parent?.get('hierarchicalchildren') ?? null);
    if (ids.length === 0) return null;
    const children = await readEntities(sdk, ids, ['EntityType'], signal);
    const found = [...children.values()].map((child) => String(child.get('entitytype')));
    const named = found.map((type) => typeNumbers[type] ?? type);
    return Object.fromEntries(types.map((type) => [type, named.filter((name) => name === type).length]));
  } catch (error) {
    if (error instanceof CodedError && error.code === 'SW_SERVER_FAILED') return null;
    throw error;
  }
}

function idsIn(children: Json): readonly string[] {
  const list: readonly Json[] = Array.isArray(children) ? children : [];
  return [...new Set(list.flatMap((child) => guidOf(child) ?? []))];
}

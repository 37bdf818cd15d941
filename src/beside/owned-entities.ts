/**
 * Counts the entities that the role owns, by type: what other people and roles have made does not count.
 *
 * That entities of the role carry it as their owner is likely and not proven. So there are three ways, in this order: the
 * filter `Owner=` of a search; the property OwnerRole of every entity, where the filter is refused or does not filter;
 * the role's children in the tree, where neither finds anything.
 */
import { readEntities } from '../connectors/security-center/entity-read.ts';
import { guidOf } from '../connectors/security-center/reply.ts';
import type { WebSdk } from '../connectors/security-center/web-sdk.ts';
import { CodedError } from '../core/errors.ts';
import { FilterRefused, searchIds } from './entity-ids.ts';
import { childrenByType } from './role-children.ts';
import type { Counts } from './vendor-counts.ts';

export type Way = 'owner-filter' | 'owner-property' | 'children';

/** How it was counted, as a sentence. */
export const wayWords: { readonly [way in Way]: string } = {
  'owner-filter': 'Entities were counted by the filter Owner of a search.',
  'owner-property': 'Entities were counted by their property OwnerRole: the filter Owner did not work.',
  children: 'Entities were counted as children of the role: none had it as its owner.',
};

export interface Owned {
  readonly byType: Counts;
  readonly way: Way;
}

export interface OwnedQuestion {
  readonly role: string;
  readonly types: readonly string[];
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/** @throws CodedError `SW_WALK_INCOMPLETE` for a list that was cut short; what the Web SDK throws */
export async function countOwned(sdk: WebSdk, question: OwnedQuestion): Promise<Owned> {
  const filtered = await byFilter(sdk, question);
  if (filtered === null) return { byType: await byProperty(sdk, question), way: 'owner-property' };
  if (totalOf(filtered) > 0) return { byType: filtered, way: 'owner-filter' };
  const children = await childrenByType(sdk, question);
  return children === null ? { byType: filtered, way: 'owner-filter' } : { byType: children, way: 'children' };
}

export const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Of what a filter finds, so many are looked at to see whether it has filtered. */
const sampleMax = 20;

/** Null where the filter is refused, or finds what belongs to somebody else. */
async function byFilter(sdk: WebSdk, { role, types, ...rest }: OwnedQuestion): Promise<Counts | null> {
  const counts: { [type: string]: number } = {};
  try {
    for (const type of types) {
      const ids = await searchIds(sdk, { type, owner: role, ...rest });
      counts[type] = ids.size;
      if (!(await isOwnedBy(sdk, role, spread([...ids], sampleMax), rest.signal))) return null;
    }
  } catch (error) {
    if (error instanceof FilterRefused) return null;
    throw error;
  }
  return counts;
}

/** An owner that cannot be read contradicts nothing. */
async function isOwnedBy(sdk: WebSdk, role: string, ids: readonly string[], signal: AbortSignal): Promise<boolean> {
  if (ids.length === 0) return true;
  try {
    const rows = await readEntities(sdk, ids, ['OwnerRole'], signal);
    return [...rows.values()].every((row) => (guidOf(row.get('ownerrole')) ?? role) === role);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'SW_SERVER_FAILED') return true;
    throw error;
  }
}

function spread(ids: readonly string[], max: number): readonly string[] {
  const step = Math.max(1, ids.length / max);
  return Array.from({ length: Math.min(max, ids.length) }, (_, place) => ids[Math.floor(place * step)] as string);
}

async function byProperty(sdk: WebSdk, { role, types, signal, ...rest }: OwnedQuestion): Promise<Counts> {
  const counts: { [type: string]: number } = {};
  for (const type of types) {
    const ids = await searchIds(sdk, { type, owner: null, signal, ...rest });
    const rows = await readEntities(sdk, [...ids], ['OwnerRole'], signal);
    counts[type] = [...rows.values()].filter((row) => guidOf(row.get('ownerrole')) === role).length;
  }
  return counts;
}

/**
 * The vendor's rules in numbers: how many entities of each type the lists of SiPass must yield (Genetec, SiPass plugin
 * guide, "Synchronized SiPass entities and properties"). Pure.
 */
import type { JsonObject } from '../core/json.ts';

/** Types that the HR API can say something of. */
export const comparableTypes = ['Cardholder', 'CardholderGroup', 'Credential', 'Door', 'Elevator'] as const;
export type ComparableType = (typeof comparableTypes)[number];

/** Types that the role owns as well, and that no list of the HR API tells the number of. */
export const notComparable: { readonly [type: string]: string } = {
  Alarm: 'the HR API has no list of alarm classes',
  Area: 'the HR API has no list of anti-passback clusters and areas',
  IntrusionArea: 'the HR API has no list of intrusion areas',
  Unit: 'the HR API has no list of units',
  IntrusionUnit: 'the HR API has no list of units',
};

/** All types that the role writes. */
export const roleTypes: readonly string[] = [...Object.keys(notComparable), ...comparableTypes];

export type Counts = { readonly [type: string]: number };

/** What SiPass listed; what was not asked for is null. */
export interface SipassLists {
  readonly cardholders: number | null;
  /** Cardholders whose first credential is one; null too where the site does not synchronize credentials. */
  readonly firstCredentials: number | null;
  /** Types of the workgroups. */
  readonly workgroupTypes: readonly number[] | null;
  readonly accessPoints: number | null;
  readonly floorPointGroups: number | null;
}

/** The workgroup type of visitors. */
const visitors = 3;

/** Expected entities by type, of the types that were asked for. */
export function expectedCounts(lists: SipassLists): Counts {
  const { cardholders, firstCredentials, workgroupTypes, accessPoints, floorPointGroups } = lists;
  const expected: { readonly [type in ComparableType]: number | null } = {
    Cardholder: cardholders,
    // Of the workgroups only those of visitors.
    CardholderGroup: workgroupTypes?.filter((type) => type === visitors).length ?? null,
    // Of the credentials of a person only the first.
    Credential: firstCredentials,
    Door: accessPoints,
    Elevator: floorPointGroups,
  };
  return Object.fromEntries(
    Object.entries(expected).flatMap(([type, count]) => (count === null ? [] : [[type, count]])),
  );
}

/** Whether a cardholder, as the connector reads it, yields a credential: the first one has a number. */
export function hasFirstCredential({ credentials }: JsonObject): boolean {
  const first = Array.isArray(credentials) ? credentials[0] : undefined;
  const number = typeof first === 'object' && first !== null && 'cardNumber' in first ? first.cardNumber : null;
  return typeof number === 'string' && number.trim() !== '';
}

/** The faults that only a SiPass server can have, and which records they touch. */
import { z } from 'zod';
import type { FaultBox } from '../faults.ts';
import { seededRandom } from '../seeded-random.ts';
import { eventFaultFields } from './event-fault-fields.ts';

/** The lists of the HR API, spelt as in their path. */
export const listNames = [
  'Cardholders',
  'WorkGroups',
  'AccessLevels',
  'AccessGroups',
  'AccessPoints',
  'AccessPointGroups',
  'FloorPoints',
  'FloorPointGroups',
  'TimeSchedules',
  'CardTechnologies',
  'CredentialProfiles',
] as const;
export type ListName = (typeof listNames)[number];

const list = z.enum(listNames).optional();

export const sipassFaultFields = {
  /** A list says, with HTTP 200, that it has nothing. Without `list`, every list. */
  'empty-list': { list },
  /** A list leaves out `count` of its records, or a `share` (0 to 1), always the same ones, and says nothing. */
  'drop-entities': { list, count: z.int().min(1).default(1), share: z.number().gt(0).max(1).optional() },
  /** Between two pages of a walk over the cardholders somebody is inserted in front of, or removed from, what was read. */
  'row-shift': { change: z.enum(['insert', 'remove']).default('insert'), count: z.int().min(1).max(1000).default(1) },
  /** `TotalRecords` and `TotalDisplayRecords` say this. */
  totals: { list, total: z.int() },
  /** The `Server` header states this version. */
  version: { version: z.string().min(1).max(60) },
  /** The detail of some cardholders (`tokens`, or a `share` of all) is not given. */
  'hide-details': {
    tokens: z.array(z.string()).max(10_000).optional(),
    share: z.number().gt(0).max(1).default(1),
    status: z.union([z.literal(404), z.literal(500)]).default(404),
  },
  ...eventFaultFields,
  /** A login is refused with this code. */
  'login-error': { errorCode: z.union([900, 902, 903, 905, 910, 911, 912].map((code) => z.literal(code))) },
} as const;

export type SipassFaultBox = FaultBox<typeof sipassFaultFields>;

/** A number from 0 to 1 that belongs to a fault and a record: which records are hit never depends on the moment. */
function lot(faultId: string, token: string): number {
  return seededRandom(`${faultId}:${token}`).next();
}

/** Whether a fault with this `share` hits this record. */
export function drawn(faultId: string, token: string, share: number): boolean {
  return lot(faultId, token) < share;
}

/** The tokens that a `drop-entities` fault leaves out of a list. */
export function droppedTokens(
  fault: { readonly id: string; readonly count: number; readonly share?: number | undefined },
  tokens: readonly string[],
): ReadonlySet<string> {
  const { id, count, share } = fault;
  if (share !== undefined) return new Set(tokens.filter((token) => drawn(id, token, share)));
  const lots = tokens.map((token) => ({ token, lot: lot(id, token) }));
  lots.sort((a, b) => a.lot - b.lot);
  return new Set(lots.slice(0, count).map(({ token }) => token));
}

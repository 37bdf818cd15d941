/** Whether a person's card is good, as far as the server's word and the dates tell. */
import { type KnownValidity, type ProfileName, statusTables } from './profile.ts';

/** A number that the profile does not know is kept as it is, never guessed. */
export type Validity = KnownValidity | `unknown:${number}`;

export interface ValidityFacts {
  readonly void: boolean;
  /** Null when the server sent none. */
  readonly status: number | null;
  /** UTC ISO text or null. */
  readonly startDate: string | null;
  readonly endDate: string | null;
}

/**
 * The void flag decides first, because it is the one thing that a person set; then the status by the profile's table;
 * and only where the server gives no status (missing or 0), the dates at the moment `at` (epoch ms).
 */
export function validityOf(facts: ValidityFacts, profile: ProfileName, at: number): Validity {
  if (facts.void) return 'void';
  if (facts.status !== null && facts.status !== 0) {
    return statusTables[profile][facts.status] ?? `unknown:${facts.status}`;
  }
  if (facts.endDate !== null && Date.parse(facts.endDate) <= at) return 'expired';
  if (facts.startDate !== null && Date.parse(facts.startDate) > at) return 'not-started';
  return facts.startDate === null && facts.endDate === null ? 'none' : 'valid';
}

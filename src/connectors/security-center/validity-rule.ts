/** State and dates of cardholders and credentials, which Security Center ties to each other. */

import type { FieldRule } from './entity-rule.ts';
import { type Clause, call, word } from './query.ts';
import { enumOf, members } from './reply.ts';
import { openEnd, openStart, validFrom, validUntil } from './vocabulary.ts';

/** Numbers of the state enumeration of cardholders, in order (SDK enumeration `CardholderState`). */
export const cardholderStates = ['Active', 'Inactive', 'Expired', 'Lost', 'Stolen'];

/** The same of credentials; the numbers differ (`CredentialState`). */
export const credentialStates = ['Active', 'Expired', 'Inactive', 'Lost', 'Stolen', 'Requested'];

/**
 * The fields `state` (`active` or `inactive`), `activatesAt` and `expiresAt`.
 *
 * The dates have no setter of their own; they are set through `ActivationMode`. Always the same form of it is used, with
 * far dates for "none", because nothing is documented that clears a date. The one that must prevail is written last: a
 * state `Active` after the mode could let a person in before his first day, a mode after `Inactive` could let in again
 * one who was voided.
 */
export function validityRule(states: readonly string[]): FieldRule {
  return {
    fields: ['state', 'activatesAt', 'expiresAt'],
    properties: ['State', 'Status'],
    write: ({ fields }) => {
      const from = validFrom(fields['activatesAt']) ?? openStart;
      const until = validUntil(fields['expiresAt']) ?? openEnd;
      const mode = call('SpecificActivationPeriod', [from, until]);
      const setMode: Clause = { op: 'set', property: 'ActivationMode', value: mode };
      if (fields['state'] === 'inactive') return [setMode, { op: 'set', property: 'State', value: word('Inactive') }];
      return [{ op: 'set', property: 'State', value: word('Active') }, setMode];
    },
    read: (properties, nowMs) => {
      const status = members(properties.get('status'));
      const activatesAt = validFrom(status.get('activationdate'));
      const shown = enumOf(properties.get('state') ?? status.get('state'), states)?.toLowerCase() ?? 'unknown';
      const expiresAt = validUntil(status.get('expirationdate'));
      return { state: stateBehind(shown, activatesAt, nowMs), activatesAt, expiresAt };
    },
  };
}

/**
 * The state that was written, behind the one that is shown. `Expired`, and `Inactive` before the first day, follow from
 * the dates, which are compared by themselves: an entity must not differ because the clock passed one of them. A voided
 * entity is mapped without dates, so that its `Inactive` is never taken for one of these. Lost and stolen are set by
 * people in Security Center; they differ from all that the mapping says, and the next update overwrites them.
 */
function stateBehind(shown: string, activatesAt: string | null, nowMs: number): string {
  if (shown === 'expired') return 'active';
  const isWaiting = shown === 'inactive' && activatesAt !== null && Date.parse(activatesAt) > nowMs;
  return isWaiting ? 'active' : shown;
}

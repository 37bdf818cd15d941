/** A cardholder of SiPass becomes a cardholder and, when he has a card, one credential. */
import type { SourceRecord } from '../../../connectors/connector.ts';
import { boundedKey, targetText, validFrom, validUntil } from '../../../connectors/security-center/vocabulary.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { MappedEntity } from '../../mapping.ts';
import { type CardholderValue, type CredentialValue, parseCardholder } from './source-values.ts';

/**
 * The entities of one person (Genetec, "Synchronized SiPass cardholder properties"). Only the *first* credential is
 * carried over; "first" is the order in which SiPass lists them, the page names no other.
 *
 * Employee number and the other attributes for which Security Center has no property of its own are left out: they
 * would have to go into custom fields, each by a request of its own after the one that creates.
 */
export function mapCardholder(record: SourceRecord): readonly MappedEntity[] {
  const person = parseCardholder(record.value);
  const key = boundedKey(record.key);
  const firstName = targetText(person.firstName);
  const lastName = targetText(person.lastName);
  const cardholder: MappedEntity = {
    type: 'cardholder',
    key,
    fields: {
      name: targetText(`${firstName ?? ''} ${lastName ?? ''}`) ?? `Cardholder ${key}`,
      firstName,
      lastName,
      email: targetText(person.email),
      mobilePhone: targetText(person.mobileNumber),
      ...validity(person.void, person.startDate, person.endDate),
    },
    refs: { groups: groupsOf(person) },
  };
  const first = person.credentials[0];
  const credential = first === undefined ? null : credentialOf(key, first);
  return credential === null ? [cardholder] : [cardholder, credential];
}

/**
 * The cardholder groups of which the person is a member: one per workgroup, primary and further ones. Only visitor
 * workgroups become cardholder groups, and the record of a person does not say which of his are: the others have no
 * entity in the target, and are left out there.
 */
function groupsOf(person: CardholderValue): MappedEntity['refs'][string] {
  const ids = [person.primaryWorkgroupId, ...person.nonPartitionWorkgroups.map(({ workgroupId }) => workgroupId)];
  const keys = new Set(ids.filter((id) => id !== null && id !== '').map((id) => boundedKey(String(id))));
  return [...keys].sort().map((key) => ({ type: 'cardholder-group', key, optional: true }));
}

/**
 * The credential of a card; null without a card number. Its key is that of its owner, because he has one at most and a
 * new card is then a change, not a deletion and a creation that could collide.
 */
function credentialOf(cardholder: string, card: CredentialValue): MappedEntity | null {
  const cardNumber = targetText(card.cardNumber)?.replace(/^0+(?=\d)/, '') ?? null;
  if (cardNumber === null) return null;
  const facilityCode = card.facilityCode ?? 0;
  return {
    type: 'credential',
    key: cardholder,
    fields: {
      name: targetText(`${targetText(card.profileName, 40) ?? 'Card'} ${facilityCode}-${cardNumber}`),
      cardNumber,
      facilityCode,
      ...validity(card.active === false, card.startDate, card.endDate),
    },
    refs: { cardholder: [{ type: 'cardholder', key: cardholder }] },
  };
}

/**
 * State and dates. Before the start and after the end Security Center shows a state of its own that hides the one that
 * was written, so a void record carries no dates: void is void at any time. Expiry is no state here, it follows from the
 * date by the clock of the target; for the same reason the status that SiPass computes from the dates is not used.
 */
function validity(isVoid: boolean, start: string | null, end: string | null): JsonObject {
  if (isVoid) return { state: 'inactive', activatesAt: null, expiresAt: null };
  return { state: 'active', activatesAt: validFrom(start), expiresAt: validUntil(end) };
}

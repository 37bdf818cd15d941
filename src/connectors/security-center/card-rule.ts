/** Card number and facility code of a credential, which Security Center keeps inside its Format. */
import { CodedError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { formatCall } from './credential-format.ts';
import type { FieldRule } from './entity-rule.ts';
import { call } from './query.ts';
import { members, type Properties } from './reply.ts';

/** The fields `cardNumber` (decimal digits) and `facilityCode` (0 where the card has none). */
export const cardRule: FieldRule = {
  fields: ['cardNumber', 'facilityCode'],
  properties: ['Format'],
  write: ({ fields, key }) => {
    const card = { cardNumber: String(fields['cardNumber'] ?? ''), facilityCode: Number(fields['facilityCode'] ?? 0) };
    const format = formatCall(card);
    if (format !== null) return [{ op: 'set', property: 'Format', value: call(format.name, format.args) }];
    throw new CodedError('SW_REFUSED', {
      doing: `choosing a card format for the credential ${key}`,
      expected: 'a decimal card number and a facility code that a 26, 34 or 37 bit format holds',
      found: `card number ${JSON.stringify(card.cardNumber)}, facility code ${card.facilityCode}`,
      todo: 'Correct the card in the source; a PIN is not a card number',
    });
  },
  read: (properties) => readCard(properties),
};

/** Members in which versions of the SDK's format classes state the facility, by preference. */
const facilityMembers = ['facility', 'facilitycode', 'facilityid'];

/** Likewise the card. */
const cardMembers = ['cardid', 'cardnumber', 'card'];

/**
 * Which members the Web SDK gives a format is documented only by example, so the known spellings are all read: numbers
 * in members of their own, or both in one text such as `12 | 3456`. What is not understood reads as null, which differs
 * from everything and so shows in the proof instead of passing for equal.
 */
function readCard(properties: Properties): JsonObject {
  const format = members(properties.get('format'));
  const card = firstMember(format, cardMembers);
  const facility = firstMember(format, facilityMembers);
  const both = /^\s*(\d+)\s*[|/,:-]\s*(\d+)\s*$/.exec(card ?? '');
  if (both !== null) return { cardNumber: decimal(both[2]), facilityCode: Number(both[1]) };
  if (card === null || !/^\d+$/.test(card)) return { cardNumber: null, facilityCode: null };
  return { cardNumber: decimal(card), facilityCode: /^\d+$/.test(facility ?? '') ? Number(facility) : 0 };
}

function firstMember(format: Properties, names: readonly string[]): string | null {
  for (const name of names) {
    const value = format.get(name);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return null;
}

function decimal(digits: string | undefined): string {
  return BigInt(digits ?? '0').toString();
}

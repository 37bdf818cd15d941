/**
 * The card formats of Security Center that a facility code and a card number can be written in, and how they are read
 * back. Ranges are those of the published formats; names those of the SDK's format classes.
 */

/** A card as the mapping knows it: decimal digits without leading zeros, and a facility code (0 = none). */
export interface CardNumber {
  readonly facilityCode: number;
  readonly cardNumber: string;
}

interface CardFormat {
  /** The class that stands in the query, before `CredentialFormat`. */
  readonly name: string;
  readonly facilityMax: bigint;
  readonly cardMax: bigint;
}

/** In order of preference, of 26, 34, 37 and 37 bits: the first that holds the card without loss is taken. */
const cardFormats: readonly CardFormat[] = [
  { name: 'WiegandStandard', facilityMax: 0xffn, cardMax: 0xffffn },
  { name: 'WiegandH10306', facilityMax: 0xffffn, cardMax: 0xffffn },
  { name: 'WiegandH10304', facilityMax: 0xffffn, cardMax: (1n << 19n) - 1n },
  { name: 'WiegandH10302', facilityMax: 0n, cardMax: (1n << 35n) - 1n },
];

/** The format call that carries the card, or null when no documented format holds it. */
export function formatCall(card: CardNumber): { readonly name: string; readonly args: readonly string[] } | null {
  if (!/^(0|[1-9]\d{0,18})$/.test(card.cardNumber) || !Number.isInteger(card.facilityCode)) return null;
  const number = BigInt(card.cardNumber);
  const facility = BigInt(card.facilityCode);
  const format = cardFormats.find((one) => facility >= 0n && facility <= one.facilityMax && number <= one.cardMax);
  if (format === undefined) return null;
  const args = format.facilityMax === 0n ? [card.cardNumber] : [String(card.facilityCode), card.cardNumber];
  return { name: `${format.name}CredentialFormat`, args };
}

/**
 * What Security Center can hold, as pure normalisers: the mapping uses them before writing and the connector after
 * reading, so that what is read back is equal to what was written.
 */
import { createHash } from 'node:crypto';

/** Longest text of a name, description, e-mail or phone number, in UTF-16 code units (size of the Directory's columns). */
export const textLengthMax = 100;

/** Longest key in the marker's alphabet, for which the shortest guaranteed place in a marker is enough. */
export const keyLengthMax = 30;

/** Written where the source has no start: Security Center has no documented way to clear an activation date. */
export const openStart = '2000-01-01T00:00:00Z';

/** Written where the source has no end; SiPass itself uses the last day of 2100 for that. */
export const openEnd = '2100-12-31T00:00:00Z';

/** Ends from here on mean "none" on both sides, like starts up to {@link openStart}. */
const endBefore = '2099-01-01T00:00:00Z';

/**
 * A text as the target can hold it, or null for an empty one. Idempotent.
 *
 * Control characters and line ends become spaces; half a surrogate pair becomes U+FFFD; `#`, which the query language
 * cannot carry, becomes its full-width look-alike U+FF03; ends are trimmed; the rest is cut to {@link textLengthMax}
 * without halving a pair. Numbers and booleans become their text; every other value is null.
 */
export function targetText(value: unknown, lengthMax = textLengthMax): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return targetText(String(value), lengthMax);
  if (typeof value !== 'string') return null;
  const clean = plainText.test(value) ? value.trim() : cleanText(value);
  const cut = cutPairs(clean, lengthMax).trimEnd();
  return cut === '' ? null : cut;
}

/** A text in which nothing is to be replaced, as most are. */
const plainText = /^[ -"$-~]*$/;

function cleanText(value: string): string {
  return value
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replaceAll('#', '\uff03')
    .trim();
}

/** The first of several candidates that is not empty, as {@link targetText}. */
export function firstText(...candidates: readonly unknown[]): string | null {
  for (const candidate of candidates) {
    const text = targetText(candidate);
    if (text !== null) return text;
  }
  return null;
}

function cutPairs(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const last = text.charCodeAt(lengthMax - 1);
  const halvesPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, halvesPair ? lengthMax - 1 : lengthMax);
}

/**
 * A moment as UTC ISO text to the second (`2026-01-31T08:00:00Z`), or null for what is not a date between the years 1
 * and 9999. A text without an offset is taken as UTC, so that the answer does not depend on the machine's zone.
 */
export function targetDate(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  if (typeof value === 'string' && finishedDate.test(value)) return value;
  const at = typeof value === 'number' ? value : parseIso(value);
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) return null;
  const text = new Date(Math.floor(at / 1000) * 1000).toISOString();
  return /^(?!0000)\d{4}-/.test(text) ? text.replace('.000Z', 'Z') : null;
}

/** A date that is in our form already, but for the 29th of February, which not every year has. */
const finishedDate =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** Date and time of ISO 8601, as both vendors write it: seven digits of fraction are allowed, a lone date is midnight. */
function parseIso(text: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    text.trim(),
  );
  if (parts === null) return Number.NaN;
  const [, day, time = '00:00:00', zone = 'Z'] = parts;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  return Date.parse(`${day}T${time}${offset}`);
}

/** The start of a validity; null where there is none, or where it is so early that it means none. */
export function validFrom(value: unknown): string | null {
  const date = targetDate(value);
  return date === null || date <= openStart ? null : date; // in this form, dates are ordered like their texts
}

/** The end of a validity; null where there is none, or where it is so late that it means none (2099 and after). */
export function validUntil(value: unknown): string | null {
  const date = targetDate(value);
  return date === null || date >= endBefore ? null : date;
}

/**
 * A key that always fits into a marker: itself while its encoded form is short, else its first characters, `~` and 64
 * bits of its SHA-256. Keys are shortened here, before the engine sees them, because the marker is the only place from
 * which a key can be read back.
 */
export function boundedKey(key: string): string {
  if (encodeKey(key).length <= keyLengthMax) return key;
  const head = key.replace(/[^A-Za-z0-9_-]/g, '').slice(0, keyLengthMax - 17);
  return `${head}~${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** A key in the marker's alphabet `A-Z a-z 0-9 _ - ~ %`; every other byte of its UTF-8 form is percent-encoded. */
export function encodeKey(key: string): string {
  if (/^[A-Za-z0-9_~-]*$/.test(key)) return key; // as keys of SiPass are
  let encoded = '';
  for (const byte of Buffer.from(key, 'utf8')) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9_~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

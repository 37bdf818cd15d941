/**
 * Reads a reply of the Web SDK, whatever of its known spellings it comes in: byte order mark before the JSON, `Status`
 * in any case, the error beside or inside `Result`, one object or an array of one, GUIDs with and without dashes.
 */
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';

/** Members of an entity or of a report row, by lower-case name: property names are not case-sensitive there. */
export type Properties = ReadonlyMap<string, Json>;

/** A reply taken apart. A `fail` may arrive in an HTTP 200. */
export interface Reply {
  readonly status: 'ok' | 'fail' | 'partial' | 'toomanyresults';
  readonly result: Json;
  readonly error: { readonly code: string; readonly message: string };
}

const envelopeSchema = z.object({ Rsp: z.looseObject({ Status: z.string() }) });

/**
 * @throws CodedError `SW_REPLY_UNEXPECTED` when the text is not an envelope of the Web SDK's modern JSON.
 */
export function parseReply(body: string, doing: string): Reply {
  const envelope = envelopeSchema.safeParse(parseJson(body));
  const status = envelope.success ? envelope.data.Rsp.Status.toLowerCase() : '';
  if (!envelope.success || !isStatus(status)) {
    throw new CodedError('SW_REPLY_UNEXPECTED', {
      doing,
      expected: 'an answer of the Web SDK in modern JSON ({"Rsp":{"Status":...}})',
      found: body.trim() === '' ? 'an empty body' : JSON.stringify(body.slice(0, 120)),
      todo: 'Check that the url leads to the base URI of the Web-based SDK role, and that no proxy changes the answer',
    });
  }
  const rsp = members(envelope.data.Rsp as Json); // parsed by JSON.parse just above
  const result = rsp.get('result') ?? null;
  const inner = members(result);
  const part = (name: string) => String(rsp.get(name) ?? inner.get(name) ?? '');
  return { status, result, error: { code: part('sdkerrorcode'), message: part('message') } };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.slice(Math.max(0, body.search(/[{[]/)))); // a byte order mark or a stray byte may stand before the JSON
  } catch {
    return null;
  }
}

function isStatus(text: string): text is Reply['status'] {
  return text === 'ok' || text === 'fail' || text === 'partial' || text === 'toomanyresults';
}

/** The members of an object by lower-case name; none for anything else. */
export function members(value: Json | undefined): Properties {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return new Map();
  const own = new Map<string, Json>();
  for (const [name, member] of Object.entries(value)) own.set(lowerCase(name), member as Json); // Json inside Json
  return own;
}

/** The same few names come in every row: each is put into lower case once. */
const lowerNames = new Map<string, string>();
const lowerNamesMax = 1_000;

function lowerCase(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowerNames.size < lowerNamesMax) lowerNames.set(name, lower);
  return lower;
}

/** The rows of a result: an array as it is, one object as an array of one, nothing as none. */
export function rowsOf(result: Json): readonly Properties[] {
  const list: readonly Json[] = Array.isArray(result) ? result : result === null ? [] : [result];
  return list.map((row) => {
    const own = members(row);
    return own.has('entity') && !own.has('guid') ? members(own.get('entity')) : own;
  });
}

/** A GUID as lower-case text with dashes, the one form used inside; null for what is not a GUID. */
export function guidOf(value: Json | undefined): string | null {
  if (typeof value === 'string' && finishedGuid.test(value)) return value;
  if (typeof value === 'object') return guidOf(members(value).get('guid') ?? undefined);
  const digits = String(value).replace(/[{}-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) return null;
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** A GUID that is in our form already. */
export const finishedGuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** A member of an enumeration by name, whether it came as a name or as a number; null when it is unknown. */
export function enumOf(value: Json | undefined, names: readonly string[]): string | null {
  if (typeof value === 'string' && names.includes(value)) return value;
  const index = typeof value === 'number' ? value : /^\d+$/.test(String(value)) ? Number(value) : -1;
  if (index >= 0) return names[index] ?? null;
  return names.find((name) => name.toLowerCase() === String(value).toLowerCase()) ?? null;
}

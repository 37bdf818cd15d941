/** What a declared field may hold, and how it is written the same way whatever the export writes. Pure. */
import type { Json } from '../../core/json.ts';
import { RecordFault } from './failure.ts';
import type { FieldType } from './options.ts';

/**
 * The value of a declared field; null stays null. Numbers and booleans may come as text, as a CSV file has them.
 *
 * @throws RecordFault for what is no value of the type.
 */
export function fieldValue(name: string, type: FieldType, raw: Json): Json {
  if (raw === null) return null;
  const value = readers[type](raw);
  if (value === undefined) throw new RecordFault(`${expectations[type]} in "${name}"`, 'something else');
  return value;
}

const expectations: { readonly [type in FieldType]: string } = {
  string: 'a text',
  number: 'a number such as 12 or -0.5 (declare digits with leading zeros as string)',
  boolean: 'true or false, 1 or 0',
  date: 'a date such as 2026-01-31, or a time with its zone such as 2026-01-31T08:00:00+01:00',
};

/** Undefined for what is no value of the type. */
const readers: { readonly [type in FieldType]: (raw: Json) => Json | undefined } = {
  string: (raw) => (typeof raw === 'string' ? raw : undefined),
  number: (raw) => {
    if (typeof raw === 'string')
      return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(raw) ? finite(Number(raw)) : undefined;
    return typeof raw === 'number' ? finite(raw) : undefined;
  },
  boolean: (raw) => {
    if (typeof raw === 'boolean') return raw;
    const text = typeof raw === 'string' ? raw.toLowerCase() : raw;
    return text === 'true' || text === '1' || text === 1
      ? true
      : text === 'false' || text === '0' || text === 0
        ? false
        : undefined;
  },
  date: (raw) => (typeof raw === 'string' ? dateText(raw) : undefined),
};

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** A day as it is, a time in UTC; undefined for others, and for days that no calendar has. */
function dateText(text: string): string | undefined {
  const [, day, time] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
  if (day === undefined || isoOf(`${day}T00:00:00Z`)?.slice(0, 10) !== day) return undefined;
  return time === undefined ? day : isoOf(text)?.replace('.000Z', 'Z');
}

function isoOf(text: string): string | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

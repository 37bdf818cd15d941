/** Makes a canonical record of the members that a row holds. Pure. */
import type { Json, JsonObject } from '../../core/json.ts';
import type { SourceRecord } from '../connector.ts';
import { RecordFault } from './failure.ts';
import { fieldValue } from './field-value.ts';
import type { FileToRead } from './options.ts';

/**
 * A declared field is always there, null where the row has nothing. Of all others, what is null is left out: so missing
 * and empty are the same. Volatile members are left out.
 *
 * @throws RecordFault for a row without a key, or with a field that is not what it is declared as.
 */
export function fileRecord({ kind, settings }: FileToRead, row: ReadonlyMap<string, Json>): SourceRecord {
  const { keyField, fields, volatileFields } = settings;
  const declared = Object.entries(fields).map(
    ([name, type]) => [name, fieldValue(name, type, row.get(name) ?? null)] as const,
  );
  const others = [...row].filter(
    ([name, value]) => value !== null && !Object.hasOwn(fields, name) && !volatileFields.includes(name),
  );
  const value: JsonObject = Object.fromEntries([...others, ...declared]);
  return { kind, key: keyText(keyField, row.get(keyField) ?? null), value };
}

/** @throws RecordFault */
export function keyText(keyField: string, key: Json): string {
  if (typeof key === 'string' && key !== '') return key;
  if (Number.isSafeInteger(key)) return String(key);
  throw new RecordFault(
    `a key in "${keyField}", a text or a whole number`,
    key === null || key === '' ? 'none' : 'something else',
  );
}

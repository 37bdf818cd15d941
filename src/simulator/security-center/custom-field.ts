/** One custom field: its type, and how a value of that type is read from text. */
import type { Json } from '../../core/json.ts';
import { invalidValue } from './refusal.ts';

export interface CustomField {
  readonly name: string;
  readonly dataType: DataType;
  readonly fallback: Json;
}

export const dataTypes = ['Text', 'Numeric', 'Boolean', 'DateTime', 'Date', 'Decimal', 'Image', 'Entity'] as const;
export type DataType = (typeof dataTypes)[number];

/** Texts are taken as they are; an empty value is the default of its type. */
export function fieldValue(dataType: DataType, text: string): Json {
  if (dataType === 'Boolean') {
    if (!/^(true|false|)$/i.test(text)) throw invalidValue('Value', text);
    return text.toLowerCase() === 'true';
  }
  if (dataType !== 'Numeric' && dataType !== 'Decimal') return text;
  const number = Number(text);
  if (!Number.isFinite(number) || (dataType === 'Numeric' && !Number.isInteger(number)))
    throw invalidValue('Value', text);
  return number;
}

/** JSON values, their canonical text, and the content hash built on it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Any JSON value. zod's own type differs only in that its arrays and objects are not readonly. */
export const jsonSchema = z.json() as unknown as z.ZodType<Json>;

/** JSON text with sorted keys, so that equal content gives equal text whatever order it was built in. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const object = value as JsonObject; // arrays were taken above; Array.isArray does not narrow readonly arrays
    const members = Object.keys(object)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] as Json)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The first 128 bits of SHA-256 over the canonical text, as 32 hexadecimal digits. */
export function contentHash(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}

/** Exactly what a journal would give back: nothing may live on in memory that a restart would lose. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** JSON values, their canonical text, and the content hash built on it. */
import { hash } from 'node:crypto';
import { z } from 'zod';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** JSON that JSON.parse has made: only presence is left to check, not every nested value once more. */
export const parsedJson = z.custom<Json>((value) => value !== undefined, 'a JSON value');

/** JSON text with sorted keys, so that equal content gives equal text whatever order it was built in. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // Put together as it goes: every entity that is written or read back comes through here.
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`;
    return `[${text}]`;
  }
  const object = value as JsonObject; // arrays were taken above; Array.isArray does not narrow readonly arrays
  for (const key of Object.keys(object).sort()) {
    text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(object[key] as Json)}`;
  }
  return `{${text}}`;
}

function quoted(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** A text in which nothing is to be escaped, as most are. */
const plainText = /^[ !#-[\]-~]*$/;

/** The first 128 bits of SHA-256 over the canonical text, as 32 hexadecimal digits. */
export function contentHash(value: Json): string {
  return hash('sha256', canonicalJson(value), 'hex').slice(0, 32);
}

/**
 * Checks that a value survives a journal unchanged, apart from members that are `undefined`, which come back as absent.
 * Parts that are the same object as in `before` were checked when they came in, and are skipped.
 *
 * @throws Error naming the path of the first value that JSON would lose
 */
export function requireJson(value: unknown, before: unknown, path: string): void {
  const lost = firstLost(value, before);
  if (lost !== null)
    throw new Error(
      `${path}${lost.path}: expected JSON, found ${lost.found}, which a restart would lose. Keep ids, numbers and ISO or epoch times in the context.`,
    );
}

interface Lost {
  /** From the value that was looked into; put together on the way back, because it is seldom needed. */
  readonly path: string;
  readonly found: string;
}

function firstLost(value: unknown, before: unknown): Lost | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : { path: '', found: `number ${value}` };
    case 'object':
      if (value === null || value === before) return null;
      if (Array.isArray(value)) return firstLostItem(value, Array.isArray(before) ? before : []);
      if (!isPlain(value)) return { path: '', found: `a ${value.constructor.name}` };
      return firstLostMember(value as Members, (typeof before === 'object' ? before : null) as Members | null);
    default:
      return { path: '', found: `${typeof value} ${String(value)}` };
  }
}

type Members = { readonly [name: string]: unknown };

function firstLostItem(items: readonly unknown[], before: readonly unknown[]): Lost | null {
  for (let at = 0; at < items.length; at += 1) {
    const lost = firstLost(items[at], before[at]);
    if (lost !== null) return { ...lost, path: `[${at}]${lost.path}` };
  }
  return null;
}

function firstLostMember(members: Members, before: Members | null): Lost | null {
  for (const name in members) {
    const member = members[name];
    if (member === undefined) continue;
    const lost = firstLost(member, before?.[name]);
    if (lost !== null) return { ...lost, path: `.${name}${lost.path}` };
  }
  return null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Exactly what a journal would give back: nothing may live on in memory that a restart would lose. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
